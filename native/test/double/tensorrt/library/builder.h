#pragma once

#include "config.h"
#include "network.h"

namespace edge::tensorrt_double {

class Builder final : public BuilderStub {
 public:
  explicit Builder(ILogger* logger) : logger_(logger) {}

  IBuilderConfig* onCreateBuilderConfig() override;
  INetworkDefinition* onCreateNetworkV2(NetworkDefinitionCreationFlags flags) override;
  IOptimizationProfile* onCreateOptimizationProfile() override;
  IHostMemory* onBuildSerializedNetwork(INetworkDefinition& network, IBuilderConfig& config) override;
  bool onIsNetworkSupported(INetworkDefinition const&, IBuilderConfig const&) const override { return true; }
  std::int32_t onGetNbDLACores() const override { return dlaCores(); }
  std::int32_t onGetMaxDLABatchSize() const override { return dlaCores() > 0 ? 4096 : 0; }
  ILogger* onGetLogger() const override { return logger_; }
  bool onSetMaxThreads(std::int32_t threads) override {
    threads_ = threads;
    return threads > 0;
  }
  std::int32_t onGetMaxThreads() const override { return threads_; }
  void onReset() override {}
  void onSetErrorRecorder(IErrorRecorder* recorder) override { recorder_ = recorder; }
  IErrorRecorder* onGetErrorRecorder() const override { return recorder_; }
#if NV_TENSORRT_MAJOR < 11
  bool onPlatformHasFastFp16() const override { return true; }
  bool onPlatformHasFastInt8() const override { return true; }
  bool onPlatformHasTf32() const override { return gpu().computeMajor >= 8; }
#endif

 private:
  ILogger* logger_;
  std::vector<std::unique_ptr<OptimizationProfile>> profiles_;  ///< Callers cannot delete them.
  IErrorRecorder* recorder_ = nullptr;
  std::int32_t threads_ = 1;
};

}  // namespace edge::tensorrt_double
