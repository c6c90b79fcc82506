#pragma once

#include <atomic>

#include "graph.h"
#include "stubs.h"

namespace edge::tensorrt_double {

class Engine final : public CudaEngineStub {
 public:
  Engine(Plan content, ILogger* given) : plan(std::move(content)), logger(given) {}
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() override;

  ICudaEngine* onGetPImpl() override { return this; }
  std::int32_t onGetNbLayers() const override { return static_cast<std::int32_t>(plan.nodes.size()); }
  IHostMemory* onSerialize() const override;
  IExecutionContext* onCreateExecutionContext(ExecutionContextAllocationStrategy strategy) override;
  bool onIsRefittable() const override { return plan.refittable; }
  char const* onGetName() const override { return "Unnamed Network 0"; }
  std::int32_t onGetNbOptimizationProfiles() const override {
    return static_cast<std::int32_t>(plan.profiles.size());
  }
  IEngineInspector* onCreateEngineInspector() const override;
  IRefitter* onCreateRefitter(ILogger& own) override;
  ProfilingVerbosity onGetProfilingVerbosity() const override {
    return static_cast<ProfilingVerbosity>(plan.verbosity);
  }
  HardwareCompatibilityLevel onGetHardwareCompatibilityLevel() const override {
    return static_cast<HardwareCompatibilityLevel>(plan.hardwareCompatibility);
  }
  void onSetErrorRecorder(IErrorRecorder* recorder) override { recorder_ = recorder; }
  IErrorRecorder* onGetErrorRecorder() const override { return recorder_; }
  std::int32_t onGetNbAuxStreams() const override { return 0; }

  std::int32_t onGetNbIOTensors() const override { return static_cast<std::int32_t>(plan.io().size()); }
  char const* onGetIOTensorName(std::int32_t index) const override;
  TensorIOMode onGetTensorIOMode(char const* name) const override;
  Dims onGetTensorShape(char const* name) const override;
  DataType onGetTensorDataType(char const* name) const override;
  TensorLocation onGetTensorLocation(char const* name) const override;
  bool onIsShapeInferenceIO(char const* name) const override;
  Dims onGetProfileShape(char const* name, std::int32_t profile, OptProfileSelector select) const override;
  TensorFormat onGetTensorFormat(char const* name) const override { return onGetTensorFormatV2(name, 0); }
  TensorFormat onGetTensorFormatV2(char const* name, std::int32_t profile) const override;
  char const* onGetTensorFormatDesc(char const* name) const override {
    return onGetTensorFormatDescV2(name, 0);
  }
  char const* onGetTensorFormatDescV2(char const* name, std::int32_t profile) const override;
  std::int32_t onGetTensorBytesPerComponent(char const* name) const override;
  std::int32_t onGetTensorComponentsPerElement(char const*) const override { return 1; }
  std::int32_t onGetTensorVectorizedDim(char const*) const override { return -1; }

  std::int64_t onGetDeviceMemorySizeV2() const override { return kScratchBytes; }
  std::int64_t onGetDeviceMemorySizeForProfileV2(std::int32_t) const override { return kScratchBytes; }
  std::int64_t onGetStreamableWeightsSize() const override { return 0; }
  std::int64_t onGetEngineStat(EngineStat stat) const override {
    return stat == EngineStat::kTOTAL_WEIGHTS_SIZE ? static_cast<std::int64_t>(weightsBytes()) : 0;
  }
#if NV_TENSORRT_MAJOR < 11
  bool onHasImplicitBatchDimension() const override { return false; }
  std::size_t onGetDeviceMemorySize() const override { return kScratchBytes; }
  std::size_t onGetDeviceMemorySizeForProfile(std::int32_t) const override { return kScratchBytes; }
#endif

  std::size_t weightsBytes() const;

  Plan plan;
  ILogger* const logger;
  /// How many contexts there are: an engine must live longer than they do.
  mutable std::atomic<int> contexts{0};

 private:
  static constexpr std::size_t kScratchBytes = 4096;

  IErrorRecorder* recorder_ = nullptr;
};

}  // namespace edge::tensorrt_double
