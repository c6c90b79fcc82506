#include "core/buffer.h"

#include <cstdlib>
#include <cstring>
#include <limits>

#include "core/error.h"

namespace edge {
namespace {

std::size_t paddedSize(std::size_t bytes) {
  constexpr std::size_t kOverhead = Buffer::kPadding + Buffer::kAlignment;
  if (bytes > std::numeric_limits<std::size_t>::max() - kOverhead) return 0;
  return (bytes + kOverhead - 1) / Buffer::kAlignment * Buffer::kAlignment;
}

}  // namespace

Buffer::Buffer(std::size_t bytes) : bytes_(bytes), capacity_(paddedSize(bytes)) {
  if (capacity_ != 0) memory_.reset(std::aligned_alloc(kAlignment, capacity_));
  if (memory_ == nullptr) {
    throw Error(ErrorCode::OUT_OF_MEMORY,
                {"memory for a tensor could not be had", "", std::to_string(bytes) + " bytes",
                 "Use a smaller input, fewer requests, or a machine with more memory."});
  }
  std::memset(memory_.get(), 0, capacity_);
}

void Buffer::Free::operator()(void* memory) const noexcept {
  std::free(memory);
}

}  // namespace edge
