#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "cuda/memory.h"
#include "tensorrt/api.h"

namespace edge::tensorrt {

/// Device memory of an output whose size only a run tells. It grows, and stays as large as it was.
class OutputMemory final : public OutputSink {
 public:
  explicit OutputMemory(cuda::SharedContext context) : context_(std::move(context)) {}

  void* reserve(std::size_t bytes) noexcept override;
  void shapeKnown(const std::vector<std::int64_t>& shape) noexcept override;

  /// To be called before each run.
  void reset() noexcept { shape_.clear(); }
  const std::vector<std::int64_t>& shape() const noexcept { return shape_; }
  /// Of the last run's output.
  cuda::abi::DevicePointer address() const noexcept { return memory_ == nullptr ? 0 : memory_->address(); }

 private:
  cuda::SharedContext context_;
  std::unique_ptr<cuda::DeviceMemory> memory_;
  std::vector<std::int64_t> shape_;
};

}  // namespace edge::tensorrt
