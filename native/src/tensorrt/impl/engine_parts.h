#pragma once

#include <vector>

#include "tensorrt/impl/log.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// TensorRT's objects behind an engine, shared with its executions. What is declared first is destroyed last.
struct EngineParts {
  Version version;
  LentLog log;
  Owned<nvinfer1::IRuntime> runtime;
  Owned<nvinfer1::ICudaEngine> engine;
  std::vector<TensorDesc> inputs;
  std::vector<TensorDesc> outputs;
  std::vector<Profile> profiles;
  /// Whether a refit failed in the middle: some weights may be new, and others old.
  bool weightsMixed = false;
};

/// Describes an engine's inputs, outputs and profiles.
/// @throws Error MODEL_UNSUPPORTED where a tensor cannot be had from JavaScript: of bf16, fp8, fp4 or int4,
/// in a format that is not linear, in the processor's memory, or an input that is another tensor's shape.
void describe(EngineParts& parts);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
