#include "tensorrt/impl/execution.h"

#include <string>
#include <utility>

#include "core/error.h"
#include "tensorrt/impl/caught.h"
#include "tensorrt/impl/layer_profiler.h"
#include "tensorrt/impl/output_allocator.h"
#include "tensorrt/impl/types.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

using nvinfer1::IExecutionContext;

class ContextExecution final : public Execution {
 public:
  explicit ContextExecution(std::shared_ptr<EngineParts> parts)
      : parts_(std::move(parts)), allocators_(parts_->outputs.size()), profiler_(caught_) {
    context_ = owned<IExecutionContext>(parts_->engine->createExecutionContext());
    if (context_ == nullptr) {
      throw failure(ErrorCode::DEVICE_FAILED, "TensorRT could not make an execution context", log(),
                    "There may not be enough memory left on the GPU for another one.");
    }
  }

  void setProfile(int profile, void* stream) override {
    const auto profiles = static_cast<int>(parts_->profiles.size());
    if (profile < 0 || profile >= profiles) {
      throw Error(ErrorCode::INVALID_ARGUMENT,
                  {"the engine does not have that optimization profile",
                   "0 to " + std::to_string(profiles - 1), std::to_string(profile), ""});
    }
    if (!context_->setOptimizationProfileAsync(profile, static_cast<cudaStream_t>(stream))) {
      throw failure(ErrorCode::INFERENCE_FAILED,
                    "TensorRT refuses optimization profile " + std::to_string(profile), log());
    }
  }

  void setInputShape(std::size_t input, const std::vector<std::int64_t>& shape) override {
    const TensorDesc& desc = parts_->inputs.at(input);
    if (context_->setInputShape(desc.name.c_str(), dimsOf(shape, desc.name))) return;
    const std::string words = log().takeErrorsOrSilence();
    throw Error(ErrorCode::SHAPE_MISMATCH,
                {"the engine does not take this shape for its input \"" + desc.name + "\"",
                 allowedShapes(input), shapeText(shape) + ": " + words,
                 "Give data of such a shape, or build with a wider range of shapes."});
  }

  std::vector<std::int64_t> outputShape(std::size_t output) const override {
    const TensorDesc& desc = parts_->outputs.at(output);
    auto shape = shapeOf(context_->getTensorShape(desc.name.c_str()));
    if (shape) return *std::move(shape);
    throw failure(
        ErrorCode::SHAPE_MISMATCH,
        "TensorRT cannot tell the shape of the output \"" + desc.name + "\" from those of the inputs", log());
  }

  void setInputAddress(std::size_t input, const void* address) override {
    const TensorDesc& desc = parts_->inputs.at(input);
    if (!context_->setInputTensorAddress(desc.name.c_str(), address)) refuseAddress("input", desc);
  }

  void setOutputAddress(std::size_t output, void* address) override {
    const TensorDesc& desc = parts_->outputs.at(output);
    // Whatever was asked before for a size that only a run tells is asked no more.
    if (allocators_[output] != nullptr) {
      if (!context_->setOutputAllocator(desc.name.c_str(), nullptr)) refuseAddress("output", desc);
      allocators_[output].reset();
    }
    if (!context_->setTensorAddress(desc.name.c_str(), address)) refuseAddress("output", desc);
  }

  void setOutputSink(std::size_t output, OutputSink& sink) override {
    const TensorDesc& desc = parts_->outputs.at(output);
    auto allocator = std::make_unique<OutputAllocator>(sink, caught_);
    if (!context_->setOutputAllocator(desc.name.c_str(), allocator.get())) refuseAddress("output", desc);
    allocators_[output] = std::move(allocator);
  }

  void enqueue(void* stream) override {
    if (parts_->weightsMixed) {
      throw Error(ErrorCode::INFERENCE_FAILED,
                  {"the engine's weights are partly old and partly new", "weights of one model",
                   "what an attempt to change them left behind",
                   "Change them again with success, or open the engine again."});
    }
    profiler_.clear();
    const bool queued = context_->enqueueV3(static_cast<cudaStream_t>(stream));
    if (caught_.any()) {
      log().takeErrors();  // only the consequences
      caught_.rethrow();
    }
    if (!queued) throw failure(ErrorCode::INFERENCE_FAILED, "TensorRT failed to run the engine", log());
  }

  void profileLayers(bool on) override {
    profiler_.clear();
    context_->setProfiler(on ? &profiler_ : nullptr);
  }

  std::vector<LayerTime> layerTimes() const override { return profiler_.times(); }

 private:
  Log& log() const noexcept { return *parts_->log; }

  std::string allowedShapes(std::size_t input) const {
    std::string words;
    for (const Profile& profile : parts_->profiles) {
      const ProfileShape& range = profile[input];
      words += (words.empty() ? "" : ", or ") + shapeText(range.min) + " to " + shapeText(range.max);
    }
    return words.empty() ? shapeText(parts_->inputs[input].shapeSignature) : words;
  }

  [[noreturn]] void refuseAddress(const char* what, const TensorDesc& desc) const {
    throw failure(ErrorCode::INFERENCE_FAILED,
                  "TensorRT refuses the memory of " + named(what, desc.name.c_str()), log());
  }

  // The context is destroyed first: it holds pointers to the others.
  std::shared_ptr<EngineParts> parts_;
  Caught caught_;
  std::vector<std::unique_ptr<OutputAllocator>> allocators_;
  LayerProfiler profiler_;
  Owned<IExecutionContext> context_;
};

}  // namespace

std::unique_ptr<Execution> makeExecution(std::shared_ptr<EngineParts> parts) {
  return std::make_unique<ContextExecution>(std::move(parts));
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
