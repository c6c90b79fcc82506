#include "context.h"

#include <algorithm>
#include <stdexcept>

#include "launch.h"
#include "log.h"
#include "stream.h"

namespace edge::tensorrt_double {

namespace {

bool isKnown(const Shape& shape) {
  return std::all_of(shape.begin(), shape.end(), [](std::int64_t length) { return length >= 0; });
}

std::size_t bytes(const TensorInfo& tensor, const Shape& shape) {
  return elementCount(shape) * elementBytes(tensor.type);
}

}  // namespace

Context::Context(const Engine& engine) : engine_(engine) {
  ++engine_.contexts;
}

Context::~Context() {
  for (const auto& launch : launches_) {
    if (!launch->captured && !launch->done)
      stop("an execution context ends while a run of its is on a stream");
  }
  --engine_.contexts;
}

bool Context::refuse(const char* call, const std::string& reason) const {
  logError(engine_.logger, call, kApiUsage, reason);
  return false;
}

bool Context::onSetOptimizationProfileAsync(std::int32_t profile, cudaStream_t) {
  if (profile < 0 || profile >= engine_.onGetNbOptimizationProfiles()) {
    return refuse("IExecutionContext::setOptimizationProfileAsync",
                  "there is no profile " + std::to_string(profile));
  }
  profile_ = profile;
  shapes_.clear();
  prepared_ = false;
  return true;
}

bool Context::onSetInputShape(char const* name, Dims const& dimensions) {
  constexpr char kCall[] = "IExecutionContext::setInputShape";
  const TensorInfo* tensor = engine_.plan.find(name);
  if (tensor == nullptr || !tensor->input) return refuse(kCall, std::string("there is no input ") + name);
  const Shape wanted = shape(dimensions);
  const Shape smallest = shape(engine_.onGetProfileShape(name, profile_, OptProfileSelector::kMIN));
  const Shape largest = shape(engine_.onGetProfileShape(name, profile_, OptProfileSelector::kMAX));
  bool fits = wanted.size() == tensor->shape.size();
  for (std::size_t axis = 0; fits && axis < wanted.size(); ++axis) {
    fits = wanted[axis] >= smallest[axis] && wanted[axis] <= largest[axis];
  }
  if (!fits) {
    return refuse(kCall, "Set dimension " + text(wanted) + " for tensor " + name +
                             " does not satisfy any optimization profiles. " + "Valid range for profile " +
                             std::to_string(profile_) + ": " + text(smallest) + ".." + text(largest) + ".");
  }
  Shape& known = shapes_[name];
  if (known != wanted) prepared_ = false;
  known = wanted;
  return true;
}

std::string Context::missing() const {
  for (const TensorInfo* tensor : engine_.plan.io()) {
    if (tensor->input && !isKnown(tensor->shape) && shapes_.count(tensor->name) == 0) return tensor->name;
  }
  return "";
}

bool Context::onAllInputDimensionsSpecified() const {
  return missing().empty();
}

std::int32_t Context::onInferShapes(std::int32_t maximum, char const** names) {
  std::int32_t count = 0;
  for (const TensorInfo* tensor : engine_.plan.io()) {
    if (!tensor->input || isKnown(tensor->shape) || shapes_.count(tensor->name) > 0) continue;
    if (names != nullptr && count < maximum) names[count] = tensor->name.c_str();
    ++count;
  }
  return count;
}

std::optional<std::map<std::int32_t, Shape>> Context::inferred() const {
  std::map<std::int32_t, Shape> result;
  const Plan& plan = engine_.plan;
  for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
    if (!plan.tensors[i].input) continue;
    const auto found = shapes_.find(plan.tensors[i].name);
    result[static_cast<std::int32_t>(i)] = found == shapes_.end() ? plan.tensors[i].shape : found->second;
  }
  try {
    for (const Node& node : plan.nodes) {
      std::vector<Shape> inputs;
      inputs.reserve(node.inputs.size());
      for (const std::int32_t input : node.inputs) inputs.push_back(result.at(input));
      result[node.output] = node.op == Op::constant
                                ? plan.tensors[static_cast<std::size_t>(node.output)].shape
                                : outputShape(node, inputs);
    }
  } catch (const std::runtime_error& error) {
    logError(engine_.logger, "IExecutionContext::inferShapes", kApiUsage, error.what());
    return std::nullopt;
  }
  return result;
}

Dims Context::onGetTensorShape(char const* name) const {
  const TensorInfo* tensor = engine_.plan.find(name);
  if (tensor == nullptr) return Dims{-1, {}};
  const auto shapes = inferred();
  if (!shapes) return Dims{-1, {}};
  return dims(shapes->at(static_cast<std::int32_t>(tensor - engine_.plan.tensors.data())));
}

std::int64_t Context::onGetMaxOutputSize(char const* name) const {
  const TensorInfo* tensor = engine_.plan.find(name);
  const auto shapes = inferred();
  if (tensor == nullptr || tensor->input || !shapes) return -1;
  const Shape& shape = shapes->at(static_cast<std::int32_t>(tensor - engine_.plan.tensors.data()));
  return isKnown(shape) ? static_cast<std::int64_t>(bytes(*tensor, shape)) : -1;
}

bool Context::onSetTensorAddress(char const* name, void* data) {
  const TensorInfo* tensor = engine_.plan.find(name);
  if (tensor == nullptr) {
    return refuse("IExecutionContext::setTensorAddress", std::string("there is no input or output ") + name);
  }
  if (tensor->input) return onSetInputTensorAddress(name, data);
  outputAddresses_[name] = data;
  return true;
}

bool Context::onSetInputTensorAddress(char const* name, void const* data) {
  const TensorInfo* tensor = engine_.plan.find(name);
  if (tensor == nullptr || !tensor->input) {
    return refuse("IExecutionContext::setInputTensorAddress", std::string("there is no input ") + name);
  }
  inputAddresses_[name] = data;
  return true;
}

bool Context::onSetOutputTensorAddress(char const* name, void* data) {
  const TensorInfo* tensor = engine_.plan.find(name);
  return tensor != nullptr && !tensor->input && onSetTensorAddress(name, data);
}

void const* Context::onGetTensorAddress(char const* name) const {
  const auto found = inputAddresses_.find(name);
  return found == inputAddresses_.end() ? onGetOutputTensorAddress(name) : found->second;
}

void* Context::onGetOutputTensorAddress(char const* name) const {
  const auto found = outputAddresses_.find(name);
  return found == outputAddresses_.end() ? nullptr : found->second;
}

bool Context::onSetOutputAllocator(char const* name, IOutputAllocator* allocator) {
  const TensorInfo* tensor = engine_.plan.find(name);
  if (tensor == nullptr || tensor->input) return false;
  if (allocator == nullptr) {
    allocators_.erase(name);
  } else {
    allocators_[name] = allocator;
  }
  return true;
}

IOutputAllocator* Context::onGetOutputAllocator(char const* name) {
  const auto found = allocators_.find(name);
  return found == allocators_.end() ? nullptr : found->second;
}

}  // namespace edge::tensorrt_double
