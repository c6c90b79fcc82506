#pragma once

#include <atomic>

#include "stubs.h"

namespace edge::tensorrt_double {

class Runtime final : public RuntimeStub {
 public:
  explicit Runtime(ILogger* logger) : logger_(logger) {
    ILogger* none = nullptr;
    processLogger.compare_exchange_strong(none, logger);
  }

  IRuntime* onGetPImpl() override { return this; }
  ICudaEngine* onDeserializeCudaEngine(void const* blob, std::size_t size) override;
  void onSetDLACore(std::int32_t core) override { core_ = core; }
  std::int32_t onGetDLACore() const override { return core_; }
  std::int32_t onGetNbDLACores() const override { return dlaCores(); }
  void onSetErrorRecorder(IErrorRecorder* recorder) override { recorder_ = recorder; }
  IErrorRecorder* onGetErrorRecorder() const override { return recorder_; }
  ILogger* onGetLogger() const override { return logger_; }
  bool onSetMaxThreads(std::int32_t threads) override {
    threads_ = threads;
    return threads > 0;
  }
  std::int32_t onGetMaxThreads() const override { return threads_; }
  void onSetEngineHostCodeAllowed(bool allowed) override { hostCodeAllowed_ = allowed; }
  bool onGetEngineHostCodeAllowed() const override { return hostCodeAllowed_; }

 private:
  /// The first that was given: what belongs to no runtime is told to it alone.
  static inline std::atomic<ILogger*> processLogger = nullptr;

  ILogger* logger_;
  IErrorRecorder* recorder_ = nullptr;
  std::int32_t core_ = 0;
  std::int32_t threads_ = 1;
  bool hostCodeAllowed_ = false;
};

}  // namespace edge::tensorrt_double
