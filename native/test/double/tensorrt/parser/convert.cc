#include "convert.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace edge::tensorrt_double {

namespace {

Dims dims(const std::vector<std::int64_t>& shape) {
  Dims result{};
  result.nbDims = static_cast<std::int32_t>(shape.size());
  std::copy(shape.begin(), shape.end(), result.d);
  return result;
}

std::int64_t attribute(const OnnxNode& node, const std::string& name) {
  const auto found = node.attributes.find(name);
  return found == node.attributes.end() ? 0 : found->second.number;
}

MatrixOperation transposition(const OnnxNode& node, const std::string& name) {
  return attribute(node, name) != 0 ? MatrixOperation::kTRANSPOSE : MatrixOperation::kNONE;
}

}  // namespace

bool isSupported(const std::string& op) {
  static const std::set<std::string> known = {
      "Relu", "Add",     "Mul",      "MatMul",         "Gemm",
      "Cast", "NonZero", "Constant", "QuantizeLinear", "DequantizeLinear"};
  return known.count(op) > 0;
}

void Conversion::addInputs() {
  for (const OnnxTensor& input : model_.inputs) {
    // Older models list their initializers as inputs too.
    if (model_.initializers.count(input.name) > 0) continue;
    ITensor* added = network_.addInput(input.name.c_str(), input.type, dims(input.shape));
    if (added == nullptr) throw std::runtime_error("could not add input " + input.name);
    tensors_[input.name] = added;
  }
}

const OnnxTensor* Conversion::weights(const std::string& name) const {
  const auto initializer = model_.initializers.find(name);
  if (initializer != model_.initializers.end()) return &initializer->second;
  const auto constant = constants_.find(name);
  return constant == constants_.end() ? nullptr : constant->second;
}

std::size_t Conversion::rank(const std::string& name) const {
  if (const OnnxTensor* known = weights(name)) return known->shape.size();
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? 0 : static_cast<std::size_t>(found->second->getDimensions().nbDims);
}

/// TensorRT wants operands of one rank: constants get leading dimensions of one.
ITensor& Conversion::constant(const OnnxTensor& weights, std::size_t rank) {
  std::vector<std::int64_t> shape = weights.shape;
  if (shape.size() < rank) shape.insert(shape.begin(), rank - shape.size(), 1);
  std::int64_t count = 1;
  for (const std::int64_t length : shape) count *= length;
  const Weights values{weights.type, weights.bytes.data(), count};
  IConstantLayer* layer = network_.addConstant(dims(shape), values);
  if (layer == nullptr) throw std::runtime_error("could not add constant " + weights.name);
  layer->setName(weights.name.c_str());
  if (!network_.setWeightsName(values, weights.name.c_str()))
    throw std::runtime_error("could not name weights " + weights.name);
  return *layer->getOutput(0);
}

ITensor& Conversion::tensor(const std::string& name, std::size_t rank) {
  if (const OnnxTensor* known = weights(name)) return constant(*known, rank);
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw std::runtime_error("there is no tensor " + name);
  return *found->second;
}

ILayer* Conversion::gemm(const OnnxNode& node) {
  ILayer* product = network_.addMatrixMultiply(tensor(node.inputs.at(0), 2), transposition(node, "transA"),
                                               tensor(node.inputs.at(1), 2), transposition(node, "transB"));
  if (product == nullptr || node.inputs.size() < 3) return product;
  return network_.addElementWise(*product->getOutput(0), tensor(node.inputs[2], 2),
                                 ElementWiseOperation::kSUM);
}

/// TensorRT's indices have 32 bits, ONNX's 64.
ILayer* Conversion::nonZero(const OnnxNode& node) {
  ILayer* found = network_.addNonZero(tensor(node.inputs.at(0), 0));
  return found == nullptr ? nullptr : network_.addCast(*found->getOutput(0), DataType::kINT64);
}

ILayer* Conversion::layer(const OnnxNode& node) {
  if (node.op == "Gemm") return gemm(node);
  const std::string& first = node.inputs.at(0);
  if (node.op == "Relu") return network_.addActivation(tensor(first, 0), ActivationType::kRELU);
  if (node.op == "NonZero") return nonZero(node);
  if (node.op == "QuantizeLinear")
    return network_.addQuantize(tensor(first, 0), tensor(node.inputs.at(1), 0), DataType::kINT8);
  if (node.op == "DequantizeLinear")
    return network_.addDequantize(tensor(first, 0), tensor(node.inputs.at(1), 0), DataType::kFLOAT);
  if (node.op == "Cast") return network_.addCast(tensor(first, 0), dataType(attribute(node, "to")));
  const std::size_t wanted = std::max(rank(first), rank(node.inputs.at(1)));
  ITensor& left = tensor(first, wanted);
  ITensor& right = tensor(node.inputs[1], wanted);
  if (node.op == "MatMul")
    return network_.addMatrixMultiply(left, MatrixOperation::kNONE, right, MatrixOperation::kNONE);
  return network_.addElementWise(left, right,
                                 node.op == "Add" ? ElementWiseOperation::kSUM : ElementWiseOperation::kPROD);
}

void Conversion::addNode(const OnnxNode& node) {
  const std::string& output = node.outputs.at(0);
  if (node.op == "Constant") {
    constants_[output] = &node.attributes.at("value").tensor;
    return;
  }
  ILayer* added = layer(node);
  if (added == nullptr) throw std::runtime_error("the network did not take it");
  added->setName(node.name.empty() ? ("node_of_" + output).c_str() : node.name.c_str());
  ITensor* result = added->getOutput(0);
  result->setName(output.c_str());
  tensors_[output] = result;
}

void Conversion::markOutputs() {
  for (const OnnxTensor& output : model_.outputs) network_.markOutput(tensor(output.name, 0));
}

}  // namespace edge::tensorrt_double
