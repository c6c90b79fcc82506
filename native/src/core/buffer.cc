#include "core/buffer.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

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
  if (capacity_ != 0) memory_ = allocate(capacity_);
  if (memory_ == nullptr) {
    throw Error(ErrorCode::OUT_OF_MEMORY,
                {"memory for a tensor could not be had", "", std::to_string(bytes) + " bytes",
                 "Use a smaller input, fewer requests, or a machine with more memory."});
  }
  data_ = memory_.get();
}

Buffer::Buffer(void* data, std::size_t bytes, std::size_t capacity, std::shared_ptr<void> owner)
    : bytes_(bytes), capacity_(capacity), owner_(std::move(owner)), data_(data) {
  const auto offset = reinterpret_cast<std::uintptr_t>(data) % kAlignment;
  if (data == nullptr || offset != 0 || capacity < bytes || capacity - bytes < kPadding) {
    throw Error(ErrorCode::INTERNAL,
                {"memory of another owner cannot hold a tensor",
                 "memory that begins at a multiple of " + std::to_string(kAlignment) + " bytes, with " +
                     std::to_string(kPadding) + " more than the tensor's " + std::to_string(bytes),
                 data == nullptr ? "none"
                                 : std::to_string(capacity) + " bytes, " + std::to_string(offset) +
                                       " beyond such a multiple",
                 ""});
  }
}

Buffer::Memory Buffer::allocate(std::size_t capacity) noexcept {
  if (capacity < kMapped) {
    Memory memory(std::aligned_alloc(kAlignment, capacity), Free{0});
    if (memory != nullptr) std::memset(memory.get(), 0, capacity);
    return memory;
  }
  // The system's own zeros, one page after the other as they are touched: a large tensor costs its thread no
  // time here.
  void* const pages = ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return {pages == MAP_FAILED ? nullptr : pages, Free{capacity}};
}

void Buffer::Free::operator()(void* memory) const noexcept {
  if (mapped == 0) {
    std::free(memory);
  } else {
    static_cast<void>(::munmap(memory, mapped));
  }
}

}  // namespace edge
