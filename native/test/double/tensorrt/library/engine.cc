#include "engine.h"

#include <memory>

#include "context.h"
#include "host_memory.h"
#include "inspector.h"
#include "log.h"
#include "refitter.h"

namespace edge::tensorrt_double {

Engine::~Engine() {
  if (contexts > 0) stop("an engine ends before " + std::to_string(contexts) + " of its execution contexts");
}

IHostMemory* Engine::onSerialize() const {
  return std::make_unique<HostMemory>(encode(plan)).release();
}

IExecutionContext* Engine::onCreateExecutionContext(ExecutionContextAllocationStrategy) {
  return std::make_unique<Context>(*this).release();
}

IEngineInspector* Engine::onCreateEngineInspector() const {
  return std::make_unique<Inspector>(plan).release();
}

IRefitter* Engine::onCreateRefitter(ILogger& own) {
  if (!plan.refittable) {
    logError(&own, "createInferRefitter", kApiUsage, "the engine was not built to be refitted");
    return nullptr;
  }
  return std::make_unique<Refitter>(*this, &own).release();
}

char const* Engine::onGetIOTensorName(std::int32_t index) const {
  const std::vector<const TensorInfo*> tensors = plan.io();
  if (index < 0 || static_cast<std::size_t>(index) >= tensors.size()) return nullptr;
  return tensors[static_cast<std::size_t>(index)]->name.c_str();
}

TensorIOMode Engine::onGetTensorIOMode(char const* name) const {
  const TensorInfo* tensor = plan.find(name);
  if (tensor == nullptr) return TensorIOMode::kNONE;
  return tensor->input ? TensorIOMode::kINPUT : TensorIOMode::kOUTPUT;
}

Dims Engine::onGetTensorShape(char const* name) const {
  const TensorInfo* tensor = plan.find(name);
  if (tensor == nullptr) return Dims{-1, {}};
  Dims result = dims(tensor->shape);
  result.nbDims = tensorProperty(name, "dimensions", result.nbDims);
  return result;
}

DataType Engine::onGetTensorDataType(char const* name) const {
  const TensorInfo* tensor = plan.find(name);
  const DataType type = tensor == nullptr ? DataType::kFLOAT : tensor->type;
  return static_cast<DataType>(tensorProperty(name, "type", static_cast<int>(type)));
}

TensorLocation Engine::onGetTensorLocation(char const* name) const {
  return static_cast<TensorLocation>(
      tensorProperty(name, "location", static_cast<int>(TensorLocation::kDEVICE)));
}

bool Engine::onIsShapeInferenceIO(char const* name) const {
  return tensorProperty(name, "shape", 0) != 0;
}

TensorFormat Engine::onGetTensorFormatV2(char const* name, std::int32_t profile) const {
  return static_cast<TensorFormat>(
      tensorProperty(name, "format" + std::to_string(profile), static_cast<int>(TensorFormat::kLINEAR)));
}

char const* Engine::onGetTensorFormatDescV2(char const* name, std::int32_t profile) const {
  switch (onGetTensorFormatV2(name, profile)) {
    case TensorFormat::kLINEAR:
      return "Row-major linear FP32 format";
    case TensorFormat::kCHW16:
      return "Sixteen-wide channel vectorized row-major FP16 format";
    default:
      return "Another format";
  }
}

std::int32_t Engine::onGetTensorBytesPerComponent(char const* name) const {
  const TensorInfo* tensor = plan.find(name);
  return tensor == nullptr ? -1 : static_cast<std::int32_t>(elementBytes(tensor->type));
}

Dims Engine::onGetProfileShape(char const* name, std::int32_t profile, OptProfileSelector select) const {
  const TensorInfo* tensor = plan.find(name);
  if (tensor == nullptr || !tensor->input || profile < 0 || profile >= onGetNbOptimizationProfiles())
    return Dims{-1, {}};
  const ProfileShapes& shapes = plan.profiles[static_cast<std::size_t>(profile)];
  const auto found = shapes.find(name);
  return dims(found == shapes.end() ? tensor->shape : found->second.at(static_cast<std::size_t>(select)));
}

std::size_t Engine::weightsBytes() const {
  std::size_t bytes = 0;
  for (const Node& node : plan.nodes) bytes += node.weights.size();
  return bytes;
}

}  // namespace edge::tensorrt_double
