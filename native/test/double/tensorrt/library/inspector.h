#pragma once

#include <string>

#include "graph.h"
#include "stubs.h"

namespace edge::tensorrt_double {

/// Tells of an engine's layers: their names alone, or more where the engine was built so.
class Inspector final : public EngineInspectorStub {
 public:
  explicit Inspector(const Plan& plan) : plan_(plan) {}

  IEngineInspector* onGetPImpl() override { return this; }
  bool onSetExecutionContext(IExecutionContext const* context) override {
    context_ = context;
    return true;
  }
  IExecutionContext const* onGetExecutionContext() const override { return context_; }
  char const* onGetLayerInformation(std::int32_t index, LayerInformationFormat format) const override;
  char const* onGetEngineInformation(LayerInformationFormat format) const override;

 private:
  std::string layer(const Node& node, LayerInformationFormat format) const;

  const Plan& plan_;
  const IExecutionContext* context_ = nullptr;
  mutable std::string text_;  ///< What the last call gave.
};

}  // namespace edge::tensorrt_double
