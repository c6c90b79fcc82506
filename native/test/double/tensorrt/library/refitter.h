#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine.h"

namespace edge::tensorrt_double {

class Refitter final : public RefitterStub {
 public:
  Refitter(Engine& engine, ILogger* logger) : engine_(engine), logger_(logger) {}

  IRefitter* onGetPImpl() override { return this; }
  bool onSetNamedWeights(char const* name, Weights weights) override;
  bool onUnsetNamedWeights(char const* name) override { return given_.erase(name) > 0; }
  std::int32_t onGetMissingWeights(std::int32_t size, char const** names) override;
  std::int32_t onGetAllWeights(std::int32_t size, char const** names) override;
  Weights onGetNamedWeights(char const* name) const override;
  Weights onGetWeightsPrototype(char const* name) const override;
  bool onRefitCudaEngine() override;
  bool onRefitCudaEngineAsync(cudaStream_t) override { return onRefitCudaEngine(); }
  ILogger* onGetLogger() const override { return logger_; }
  bool onSetMaxThreads(std::int32_t) override { return true; }
  void onSetErrorRecorder(IErrorRecorder*) override {}
  void onSetWeightsValidation(bool) override {}

 private:
  Node* find(const std::string& name) const;

  Engine& engine_;
  ILogger* logger_;
  std::map<std::string, Weights> given_;
};

}  // namespace edge::tensorrt_double
