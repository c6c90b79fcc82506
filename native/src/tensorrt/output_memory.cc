#include "tensorrt/output_memory.h"

#include <algorithm>

namespace edge::tensorrt {

// Called by TensorRT, across whose frames no exception may go: null says that there is no memory, and the run
// fails.
void* OutputMemory::reserve(std::size_t bytes) noexcept {
  try {
    if (memory_ == nullptr || memory_->bytes() < bytes) {
      memory_.reset();
      memory_ = std::make_unique<cuda::DeviceMemory>(context_, std::max<std::size_t>(bytes, 1));
    }
    return memory_->pointer();
  } catch (...) {
    return nullptr;
  }
}

void OutputMemory::shapeKnown(const std::vector<std::int64_t>& shape) noexcept {
  try {
    shape_ = shape;
  } catch (...) {
    shape_.clear();
  }
}

}  // namespace edge::tensorrt
