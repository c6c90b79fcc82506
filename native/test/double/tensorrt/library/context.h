#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine.h"

namespace edge::tensorrt_double {

/// What one enqueued run reads and writes: as it was when it was enqueued, for a graph repeats it so.
struct Launch;

class Context final : public ExecutionContextStub {
 public:
  explicit Context(const Engine& engine);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() override;

  IExecutionContext* onGetPImpl() override { return this; }
  ICudaEngine const& onGetEngine() const override { return engine_; }
  void onSetName(char const* name) override { name_ = name; }
  char const* onGetName() const override { return name_.c_str(); }
  void onSetProfiler(IProfiler* profiler) override { profiler_ = profiler; }
  IProfiler* onGetProfiler() const override { return profiler_; }
  void onSetEnqueueEmitsProfile(bool emits) override { enqueueEmitsProfile_ = emits; }
  bool onGetEnqueueEmitsProfile() const override { return enqueueEmitsProfile_; }
  bool onReportToProfiler() const override;
  void onSetErrorRecorder(IErrorRecorder* recorder) override { recorder_ = recorder; }
  IErrorRecorder* onGetErrorRecorder() const override { return recorder_; }
  void onSetDebugSync(bool) override {}
  bool onSetNvtxVerbosity(ProfilingVerbosity) override { return true; }
  void onSetPersistentCacheLimit(std::size_t) override {}

  bool onSetOptimizationProfileAsync(std::int32_t profile, cudaStream_t stream) override;
  std::int32_t onGetOptimizationProfile() const override { return profile_; }
  bool onSetInputShape(char const* name, Dims const& dimensions) override;
  bool onAllInputDimensionsSpecified() const override;
  std::int32_t onInferShapes(std::int32_t maximum, char const** names) override;
  Dims onGetTensorShape(char const* name) const override;
  std::int64_t onGetMaxOutputSize(char const* name) const override;

  bool onSetTensorAddress(char const* name, void* data) override;
  bool onSetInputTensorAddress(char const* name, void const* data) override;
  bool onSetOutputTensorAddress(char const* name, void* data) override;
  void const* onGetTensorAddress(char const* name) const override;
  void* onGetOutputTensorAddress(char const* name) const override;
  bool onSetOutputAllocator(char const* name, IOutputAllocator* allocator) override;
  IOutputAllocator* onGetOutputAllocator(char const* name) override;

  bool onEnqueueV3(cudaStream_t stream) override;

 private:
  bool refuse(const char* call, const std::string& reason) const;
  /// The shapes of all tensors for the inputs' shapes, by index; without those that only a run tells.
  std::optional<std::map<std::int32_t, Shape>> inferred() const;
  std::string missing() const;
  bool placeOutputs(Launch& launch, const std::map<std::int32_t, Shape>& shapes, cudaStream_t stream);
  bool runAtOnce(Launch& launch, cudaStream_t stream);

  const Engine& engine_;
  std::string name_;
  IProfiler* profiler_ = nullptr;
  IErrorRecorder* recorder_ = nullptr;
  bool enqueueEmitsProfile_ = true;
  mutable bool unreported_ = false;
  /// Whether something changed that the next run has to prepare for, which cannot be captured.
  bool prepared_ = false;
  std::int32_t profile_ = 0;
  std::map<std::string, Shape> shapes_;
  std::map<std::string, const void*> inputAddresses_;
  std::map<std::string, void*> outputAddresses_;
  std::map<std::string, IOutputAllocator*> allocators_;
  std::list<std::unique_ptr<Launch>> launches_;
};

}  // namespace edge::tensorrt_double
