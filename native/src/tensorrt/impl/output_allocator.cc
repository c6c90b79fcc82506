#include "tensorrt/impl/output_allocator.h"

#include <algorithm>
#include <string>

#include "core/error.h"
#include "tensorrt/impl/types.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

void* OutputAllocator::reallocateOutput(const char* tensor, void* /*current*/, std::uint64_t bytes,
                                        std::uint64_t alignment) noexcept {
  try {
    // Null would say that there is no memory, also for an output without elements.
    void* memory = sink_.reserve(static_cast<std::size_t>(std::max<std::uint64_t>(bytes, 1)));
    if (memory == nullptr) {
      throw Error(ErrorCode::OUT_OF_MEMORY, {"no memory for " + named("output", tensor),
                                             std::to_string(bytes) + " bytes on the GPU", "", ""});
    }
    if (alignment > 1 && reinterpret_cast<std::uintptr_t>(memory) % alignment != 0) {
      throw Error(ErrorCode::INTERNAL,
                  {"the memory of " + named("output", tensor) + " begins at the wrong place",
                   "a multiple of " + std::to_string(alignment), "", "Please report this."});
    }
    return memory;
  } catch (...) {
    caught_.keep();
    return nullptr;
  }
}

// The memory is the sink's, at once: no allocation is ordered on the stream.
void* OutputAllocator::reallocateOutputAsync(const char* tensor, void* current, std::uint64_t bytes,
                                             std::uint64_t alignment, cudaStream_t /*stream*/) noexcept {
  return reallocateOutput(tensor, current, bytes, alignment);
}

void OutputAllocator::notifyShape(const char* tensor, const nvinfer1::Dims& dims) noexcept {
  try {
    const auto shape = shapeOf(dims);
    if (!shape) {
      throw Error(ErrorCode::INFERENCE_FAILED,
                  {"TensorRT gave no shape for " + named("output", tensor), "", "", ""});
    }
    sink_.shapeKnown(*shape);
  } catch (...) {
    caught_.keep();
  }
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
