#pragma once

#include <map>
#include <memory>
#include <vector>

#include "profile.h"
#include "timing_cache.h"

namespace edge::tensorrt_double {

class BuilderConfig final : public BuilderConfigStub {
 public:
  explicit BuilderConfig(ILogger* given) : logger(given) {}

  void onSetFlags(BuilderFlags flags) override;
  BuilderFlags onGetFlags() const override { return flags_; }
  void onClearFlag(BuilderFlag flag) override { flags_ &= ~(1U << static_cast<unsigned>(flag)); }
  void onSetFlag(BuilderFlag flag) override { onSetFlags(flags_ | 1U << static_cast<unsigned>(flag)); }
  bool onGetFlag(BuilderFlag flag) const override {
    return (flags_ >> static_cast<unsigned>(flag) & 1U) != 0;
  }

  void onSetDeviceType(ILayer const* layer, DeviceType type) override { layerDevices_[layer] = type; }
  DeviceType onGetDeviceType(ILayer const* layer) const override {
    const auto found = layerDevices_.find(layer);
    return found == layerDevices_.end() ? device_ : found->second;
  }
  bool onIsDeviceTypeSet(ILayer const* layer) const override { return layerDevices_.count(layer) > 0; }
  void onResetDeviceType(ILayer const* layer) override { layerDevices_.erase(layer); }
  bool onCanRunOnDLA(ILayer const* layer) const override;
  void onSetDLACore(std::int32_t core) override { core_ = core; }
  std::int32_t onGetDLACore() const override { return core_; }
  void onSetDefaultDeviceType(DeviceType type) override { device_ = type; }
  DeviceType onGetDefaultDeviceType() const override { return device_; }

  std::int32_t onAddOptimizationProfile(IOptimizationProfile const* profile) override;
  std::int32_t onGetNbOptimizationProfiles() const override {
    return static_cast<std::int32_t>(profiles.size());
  }
  void onSetProfilingVerbosity(ProfilingVerbosity verbosity) override { verbosity_ = verbosity; }
  ProfilingVerbosity onGetProfilingVerbosity() const override { return verbosity_; }
  void onSetProfileStream(cudaStream_t stream) override { stream_ = stream; }
  cudaStream_t onGetProfileStream() const override { return stream_; }

  ITimingCache* onCreateTimingCache(void const* blob, std::size_t size) const override;
  bool onSetTimingCache(ITimingCache const& cache, bool ignoreMismatch) override;
  ITimingCache const* onGetTimingCache() const override { return timingCache; }

  void onSetMemoryPoolLimit(MemoryPoolType pool, std::size_t size) override { pools_[pool] = size; }
  std::size_t onGetMemoryPoolLimit(MemoryPoolType pool) const override {
    const auto found = pools_.find(pool);
    return found == pools_.end() ? std::size_t{1} << 33U : found->second;
  }
  void onSetPreviewFeature(PreviewFeature feature, bool enable) override { previews_[feature] = enable; }
  bool onGetPreviewFeature(PreviewFeature feature) const override {
    const auto found = previews_.find(feature);
    return found != previews_.end() && found->second;
  }
  void onSetBuilderOptimizationLevel(std::int32_t level) override { level_ = level; }
  std::int32_t onGetBuilderOptimizationLevel() const override { return level_; }
  void onSetHardwareCompatibilityLevel(HardwareCompatibilityLevel level) override;
  HardwareCompatibilityLevel onGetHardwareCompatibilityLevel() const override { return hardware_; }
  void onSetProgressMonitor(IProgressMonitor* monitor) override { monitor_ = monitor; }
  IProgressMonitor* onGetProgressMonitor() const override { return monitor_; }
  void onSetPluginsToSerialize(char const* const*, std::int32_t) override {}
  bool onSetTacticSources(TacticSources sources) override {
    tactics_ = sources;
    return true;
  }
  TacticSources onGetTacticSources() const override { return tactics_; }
  void onSetAvgTimingIterations(std::int32_t iterations) override { iterations_ = iterations; }
  std::int32_t onGetAvgTimingIterations() const override { return iterations_; }

#if NV_TENSORRT_MAJOR < 11
  void onSetMaxAuxStreams(std::int32_t streams) override { auxiliaryStreams_ = streams; }
  void onSetInt8Calibrator(IInt8Calibrator* given) override { calibrator = given; }
  IInt8Calibrator* onGetInt8Calibrator() const override { return calibrator; }
  bool onSetCalibrationProfile(IOptimizationProfile const* profile) override {
    calibrationProfile =
        profile == nullptr ? ProfileShapes{} : static_cast<const OptimizationProfile*>(profile)->shapes();
    return true;
  }

  IInt8Calibrator* calibrator = nullptr;
  ProfileShapes calibrationProfile;
#else
  bool onSetMaxAuxStreams(std::int32_t streams) override {
    auxiliaryStreams_ = streams;
    return true;
  }
#endif
  std::int32_t onGetMaxAuxStreams() const override { return auxiliaryStreams_; }

  ILogger* const logger;
  std::vector<ProfileShapes> profiles;
  const TimingCache* timingCache = nullptr;  ///< The caller's.

 private:
  BuilderFlags flags_ = 1U << static_cast<unsigned>(BuilderFlag::kTF32);
  DeviceType device_ = DeviceType::kGPU;
  std::map<const ILayer*, DeviceType> layerDevices_;
  std::int32_t core_ = 0;
  ProfilingVerbosity verbosity_ = ProfilingVerbosity::kLAYER_NAMES_ONLY;
  cudaStream_t stream_ = nullptr;
  std::map<MemoryPoolType, std::size_t> pools_;
  std::map<PreviewFeature, bool> previews_;
  std::int32_t level_ = 3;
  HardwareCompatibilityLevel hardware_ = HardwareCompatibilityLevel::kNONE;
  IProgressMonitor* monitor_ = nullptr;
  TacticSources tactics_ = 0;
  std::int32_t iterations_ = 1;
  std::int32_t auxiliaryStreams_ = 0;
};

}  // namespace edge::tensorrt_double
