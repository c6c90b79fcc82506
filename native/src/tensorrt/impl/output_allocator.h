#pragma once

#include "tensorrt/impl/caught.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Asks a sink for an output's memory once a run knows its size.
class OutputAllocator final : public nvinfer1::IOutputAllocator {
 public:
  OutputAllocator(OutputSink& sink, Caught& caught) : sink_(sink), caught_(caught) {}

  void* reallocateOutput(const char* tensor, void* current, std::uint64_t bytes,
                         std::uint64_t alignment) noexcept override;
  void* reallocateOutputAsync(const char* tensor, void* current, std::uint64_t bytes, std::uint64_t alignment,
                              cudaStream_t stream) noexcept override;
  void notifyShape(const char* tensor, const nvinfer1::Dims& dims) noexcept override;

 private:
  OutputSink& sink_;
  Caught& caught_;
};

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
