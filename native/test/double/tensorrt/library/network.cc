#include "network.h"

#include <algorithm>
#include <stdexcept>

#include "layers.h"
#include "log.h"

namespace edge::tensorrt_double {

namespace {

template <typename Element>
Element at(const std::vector<Element>& elements, std::int32_t index) {
  return index >= 0 && static_cast<std::size_t>(index) < elements.size()
             ? elements[static_cast<std::size_t>(index)]
             : nullptr;
}

}  // namespace

Tensor& Network::newTensor(TensorInfo info) {
  const auto index = static_cast<std::int32_t>(tensors_.size());
  if (info.name.empty()) info.name = "(Unnamed Layer* " + std::to_string(layers_.size()) + ") [Output]";
  return *tensors_.emplace_back(std::make_unique<Tensor>(index, std::move(info)));
}

template <typename Kind>
Kind* Network::addShaped(Op op, std::vector<Tensor*> inputs, Shape shape, DataType type) {
  TensorInfo info;
  info.type = type;
  info.shape = std::move(shape);
  auto layer = std::make_unique<Kind>();
  Kind* result = layer.get();
  result->node.op = op;
  result->name =
      "(Unnamed Layer* " + std::to_string(layers_.size()) + ") [" + edge::tensorrt_double::name(op) + "]";
  result->inputs = std::move(inputs);
  result->output = &newTensor(std::move(info));
  layers_.push_back(std::move(layer));
  return result;
}

template <typename Kind>
Kind* Network::add(Op op, const std::vector<ITensor*>& inputs) {
  std::vector<Tensor*> own;
  std::vector<Shape> shapes;
  for (ITensor* input : inputs) {
    own.push_back(static_cast<Tensor*>(input));
    shapes.push_back(own.back()->info().shape);
  }
  const DataType type = op == Op::nonZero ? DataType::kINT32 : own[0]->info().type;
  if (own.size() == 2 && own[1]->info().type != type) {
    logError(logger_, edge::tensorrt_double::name(op), kApiUsage, "all inputs must have the same type");
    return nullptr;
  }
  Node node;
  node.op = op;
  return addShaped<Kind>(op, std::move(own), op == Op::matrixMultiply ? Shape{} : outputShape(node, shapes),
                         type);
}

ITensor* Network::onAddInput(char const* name, DataType type, Dims const& dimensions) {
  TensorInfo info;
  info.name = name;
  info.type = type;
  info.shape = shape(dimensions);
  info.input = true;
  return inputs_.emplace_back(&newTensor(std::move(info)));
}

void Network::onMarkOutput(ITensor& tensor) {
  auto& own = static_cast<Tensor&>(tensor);
  own.markOutput(true);
  if (std::find(outputs_.begin(), outputs_.end(), &own) == outputs_.end()) outputs_.push_back(&own);
}

void Network::onUnmarkOutput(ITensor& tensor) {
  auto& own = static_cast<Tensor&>(tensor);
  own.markOutput(false);
  outputs_.erase(std::remove(outputs_.begin(), outputs_.end(), &own), outputs_.end());
}

IActivationLayer* Network::onAddActivation(ITensor& input, ActivationType type) {
  if (type != ActivationType::kRELU) stop("of activations there is only ReLU");
  return add<ActivationLayer>(Op::relu, {&input});
}

ICastLayer* Network::onAddCast(ITensor& input, DataType toType) {
  auto* layer = add<CastLayer>(Op::cast, {&input});
  layer->output->becomes(toType);
  return layer;
}

IConstantLayer* Network::onAddConstant(Dims const& dimensions, Weights weights) {
  Shape own = shape(dimensions);
  if (static_cast<std::int64_t>(elementCount(own)) != weights.count) {
    logError(logger_, "INetworkDefinition::addConstant", kApiUsage,
             "count of weights mismatches the dimensions");
    return nullptr;
  }
  auto* layer = addShaped<ConstantLayer>(Op::constant, {}, std::move(own), weights.type);
  layer->weights = weights.values;
  return layer;
}

IElementWiseLayer* Network::onAddElementWise(ITensor& input1, ITensor& input2,
                                             ElementWiseOperation operation) {
  if (operation != ElementWiseOperation::kSUM && operation != ElementWiseOperation::kPROD) {
    stop("of elementwise operations there are only sum and product");
  }
  try {
    return add<ElementWiseLayer>(operation == ElementWiseOperation::kSUM ? Op::sum : Op::product,
                                 {&input1, &input2});
  } catch (const std::runtime_error& error) {
    logError(logger_, "INetworkDefinition::addElementWise", kApiUsage, error.what());
    return nullptr;
  }
}

IMatrixMultiplyLayer* Network::onAddMatrixMultiply(ITensor& input0, MatrixOperation op0, ITensor& input1,
                                                   MatrixOperation op1) {
  Node node;
  node.op = Op::matrixMultiply;
  node.transposed = {op0 == MatrixOperation::kTRANSPOSE, op1 == MatrixOperation::kTRANSPOSE};
  try {
    const Tensor& first = static_cast<Tensor&>(input0);
    const Tensor& second = static_cast<Tensor&>(input1);
    const Shape product = outputShape(node, {first.info().shape, second.info().shape});
    auto* layer = add<MatrixMultiplyLayer>(Op::matrixMultiply, {&input0, &input1});
    if (layer == nullptr) return nullptr;
    layer->node.transposed = node.transposed;
    layer->output->onSetDimensions(dims(product));
    return layer;
  } catch (const std::runtime_error& error) {
    logError(logger_, "INetworkDefinition::addMatrixMultiply", kApiUsage, error.what());
    return nullptr;
  }
}

INonZeroLayer* Network::onAddNonZero(ITensor& input) {
  return add<NonZeroLayer>(Op::nonZero, {&input});
}

IQuantizeLayer* Network::onAddQuantizeV2(ITensor& input, ITensor& scale, DataType outputType) {
  const auto own = {static_cast<Tensor*>(&input), static_cast<Tensor*>(&scale)};
  return addShaped<QuantizeLayer>(Op::quantize, own, static_cast<Tensor&>(input).info().shape, outputType);
}

IDequantizeLayer* Network::onAddDequantizeV2(ITensor& input, ITensor& scale, DataType outputType) {
  const auto own = {static_cast<Tensor*>(&input), static_cast<Tensor*>(&scale)};
  return addShaped<DequantizeLayer>(Op::dequantize, own, static_cast<Tensor&>(input).info().shape,
                                    outputType);
}

bool Network::onSetWeightsName(Weights weights, char const* name) {
  weightsNames_[weights.values] = name;
  return true;
}

ILayer* Network::onGetLayer(std::int32_t index) const {
  return index >= 0 && index < onGetNbLayers() ? &layers_[static_cast<std::size_t>(index)]->layer() : nullptr;
}

ITensor* Network::onGetInput(std::int32_t index) const {
  return at(inputs_, index);
}

ITensor* Network::onGetOutput(std::int32_t index) const {
  return at(outputs_, index);
}

Plan Network::plan() const {
  Plan result;
  for (const auto& tensor : tensors_) result.tensors.push_back(tensor->info());
  for (const auto& layer : layers_) {
    Node node = layer->node;
    node.name = layer->name;
    for (const Tensor* input : layer->inputs) node.inputs.push_back(input->index);
    node.output = layer->output->index;
    if (node.op == Op::constant) {
      const TensorInfo& info = layer->output->info();
      const auto* from = static_cast<const std::uint8_t*>(layer->weights);
      node.weights.assign(from, from + elementCount(info.shape) * elementBytes(info.type));
      const auto name = weightsNames_.find(layer->weights);
      if (name != weightsNames_.end()) node.weightsName = name->second;
    }
    result.nodes.push_back(std::move(node));
  }
  return result;
}

}  // namespace edge::tensorrt_double
