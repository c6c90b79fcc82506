#include "refitter.h"

#include "log.h"

namespace edge::tensorrt_double {

Node* Refitter::find(const std::string& name) const {
  for (Node& node : engine_.plan.nodes) {
    if (node.op == Op::constant && !node.weightsName.empty() && node.weightsName == name) return &node;
  }
  return nullptr;
}

Weights Refitter::onGetWeightsPrototype(char const* name) const {
  const Node* node = find(name);
  if (node == nullptr) return {};
  const TensorInfo& info = engine_.plan.tensors[static_cast<std::size_t>(node->output)];
  return {info.type, nullptr, static_cast<std::int64_t>(elementCount(info.shape))};
}

bool Refitter::onSetNamedWeights(char const* name, Weights weights) {
  const Weights prototype = onGetWeightsPrototype(name);
  if (find(name) == nullptr) {
    logError(logger_, "IRefitter::setNamedWeights", kApiUsage,
             std::string("there are no weights named ") + name);
    return false;
  }
  if (weights.type != prototype.type || weights.count != prototype.count) {
    logError(logger_, "IRefitter::setNamedWeights", kApiUsage,
             std::string("weights ") + name + " have " + std::to_string(weights.count) + " elements where " +
                 std::to_string(prototype.count) + " are expected, or another type");
    return false;
  }
  given_[name] = weights;
  return true;
}

std::int32_t Refitter::onGetMissingWeights(std::int32_t size, char const** names) {
  std::int32_t count = 0;
  // All of them are needed once one is given.
  for (const Node& node : engine_.plan.nodes) {
    if (given_.empty() || node.op != Op::constant || node.weightsName.empty() ||
        given_.count(node.weightsName) > 0)
      continue;
    if (names != nullptr && count < size) names[count] = node.weightsName.c_str();
    ++count;
  }
  return count;
}

std::int32_t Refitter::onGetAllWeights(std::int32_t size, char const** names) {
  std::int32_t count = 0;
  for (const Node& node : engine_.plan.nodes) {
    if (node.op != Op::constant || node.weightsName.empty()) continue;
    if (names != nullptr && count < size) names[count] = node.weightsName.c_str();
    ++count;
  }
  return count;
}

Weights Refitter::onGetNamedWeights(char const* name) const {
  const auto found = given_.find(name);
  return found == given_.end() ? Weights{} : found->second;
}

bool Refitter::onRefitCudaEngine() {
  if (onGetMissingWeights(0, nullptr) > 0) {
    logError(logger_, "IRefitter::refitCudaEngine", kApiUsage, "weights are missing");
    return false;
  }
  for (const auto& [name, weights] : given_) {
    Node* node = find(name);
    const auto* from = static_cast<const std::uint8_t*>(weights.values);
    node->weights.assign(from, from + node->weights.size());
  }
  given_.clear();
  return true;
}

}  // namespace edge::tensorrt_double
