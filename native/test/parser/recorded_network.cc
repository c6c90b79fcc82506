#include "recorded_network.h"

#include <utility>

namespace edge::tensorrt_double {
namespace {

std::int64_t volume(const Dims& dims) {
  std::int64_t product = 1;
  for (std::int32_t axis = 0; axis < dims.nbDims; ++axis) product *= dims.d[axis];
  return product;
}

Dims permuted(const Dims& dims, const std::optional<Permutation>& order) {
  Dims result = dims;
  if (order) {
    for (std::int32_t axis = 0; axis < dims.nbDims; ++axis) result.d[axis] = dims.d[order->order[axis]];
  }
  return result;
}

}  // namespace

Dims RecordedShuffle::shape() const {
  const Dims from = permuted(inputs.at(0)->getDimensions(), first_);
  Dims result = from;
  if (reshape_) {
    result = *reshape_;
    std::int32_t unknown = -1;
    for (std::int32_t axis = 0; axis < result.nbDims; ++axis) {
      if (result.d[axis] == 0 && zeroIsPlaceholder) result.d[axis] = from.d[axis];
      if (result.d[axis] == -1) unknown = axis;
    }
    // Minus one counts as one here, with its sign.
    if (unknown >= 0) result.d[unknown] = volume(from) / -volume(result);
  }
  return permuted(result, second_);
}

Dims RecordedSqueeze::shape() const {
  const Dims from = inputs.at(0)->getDimensions();
  const auto* first = static_cast<const std::int64_t*>(axes->weights.values);
  Dims result{};
  for (std::int32_t axis = 0; axis < from.nbDims; ++axis) {
    const bool named = std::any_of(first, first + axes->weights.count, [&](std::int64_t value) {
      return value == axis || value + from.nbDims == axis;
    });
    if (!named) result.d[result.nbDims++] = from.d[axis];
  }
  return result;
}

template <typename Layer>
Layer* RecordedNetwork::add(const char* kind, std::vector<ITensor*> inputs) {
  auto made = std::make_unique<Layer>();
  Layer* layer = made.get();
  layer->inputs = std::move(inputs);
  layer->output = std::make_unique<RecordedTensor>(*layer);
  layers_.emplace_back(kind, std::move(made));
  return layer;
}

std::map<std::string, int> RecordedNetwork::kinds() const {
  std::map<std::string, int> counts;
  for (const auto& [kind, layer] : layers_) ++counts[kind];
  return counts;
}

ITensor* RecordedNetwork::onAddInput(char const* name, DataType type, Dims const& dimensions) {
  return inputs_.emplace_back(std::make_unique<RecordedTensor>(name, type, dimensions)).get();
}

void RecordedNetwork::onMarkOutput(ITensor& tensor) {
  static_cast<RecordedTensor&>(tensor).markOutput();
  outputs_.push_back(&tensor);
}

IActivationLayer* RecordedNetwork::onAddActivation(ITensor& input, ActivationType type) {
  auto* layer = add<RecordedActivation>(type == ActivationType::kCLIP ? "clip" : "activation", {&input});
  layer->activation = type;
  return layer;
}

ILRNLayer* RecordedNetwork::onAddLRN(ITensor& input, std::int64_t, float, float, float) {
  return add<RecordedLrn>("lrn", {&input});
}

IScaleLayer* RecordedNetwork::onAddScaleNd(ITensor& input, ScaleMode, Weights, Weights, Weights,
                                           std::int32_t) {
  return add<RecordedScale>("scale", {&input});
}

ISoftMaxLayer* RecordedNetwork::onAddSoftMax(ITensor& input) {
  return add<RecordedSoftMax>("softmax", {&input});
}

IConcatenationLayer* RecordedNetwork::onAddConcatenation(ITensor* const* inputs, std::int32_t count) {
  return add<RecordedConcatenation>("concatenation", {inputs, inputs + count});
}

IElementWiseLayer* RecordedNetwork::onAddElementWise(ITensor& input1, ITensor& input2,
                                                     ElementWiseOperation op) {
  auto* layer =
      add<RecordedElementWise>(op == ElementWiseOperation::kSUM ? "sum" : "elementwise", {&input1, &input2});
  layer->operation = op;
  return layer;
}

IShuffleLayer* RecordedNetwork::onAddShuffle(ITensor& input) {
  return add<RecordedShuffle>("shuffle", {&input});
}

IReduceLayer* RecordedNetwork::onAddReduce(ITensor& input, ReduceOperation, std::uint32_t axes, bool keep) {
  auto* layer = add<RecordedReduce>("reduce", {&input});
  layer->axes = axes;
  layer->keep = keep;
  return layer;
}

IMatrixMultiplyLayer* RecordedNetwork::onAddMatrixMultiply(ITensor& input0, MatrixOperation op0,
                                                           ITensor& input1, MatrixOperation op1) {
  if (op0 != MatrixOperation::kNONE) notImplemented("first operand transposed");
  auto* layer = add<RecordedMatrixMultiply>("matrix multiplication", {&input0, &input1});
  layer->transposed = op1 == MatrixOperation::kTRANSPOSE;
  return layer;
}

IConstantLayer* RecordedNetwork::onAddConstant(Dims const& dimensions, Weights weights) {
  auto* layer = add<RecordedConstant>("constant", {});
  layer->dimensions = dimensions;
  layer->weights = weights;
  return layer;
}

IConvolutionLayer* RecordedNetwork::onAddConvolutionNd(ITensor& input, std::int64_t maps,
                                                       Dims const& kernelSize, Weights kernel, Weights bias) {
  auto* layer = add<RecordedConvolution>("convolution", {&input});
  layer->maps = maps;
  layer->size = kernelSize;
  layer->kernel = kernel;
  layer->bias = bias;
  return layer;
}

IPoolingLayer* RecordedNetwork::onAddPoolingNd(ITensor& input, PoolingType type, Dims const& windowSize) {
  auto* layer = add<RecordedPooling>("pooling", {&input});
  layer->pooling = type;
  layer->size = windowSize;
  return layer;
}

IQuantizeLayer* RecordedNetwork::onAddQuantizeV2(ITensor& input, ITensor& scale, DataType outputType) {
  auto* layer = add<RecordedQuantize>("quantize", {&input, &scale});
  layer->to = outputType;
  return layer;
}

IDequantizeLayer* RecordedNetwork::onAddDequantizeV2(ITensor& input, ITensor& scale, DataType outputType) {
  auto* layer = add<RecordedDequantize>("dequantize", {&input, &scale});
  layer->to = outputType;
  return layer;
}

ISqueezeLayer* RecordedNetwork::onAddSqueeze(ITensor& input, ITensor& axes) {
  auto* layer = add<RecordedSqueeze>("squeeze", {&input, &axes});
  for (const auto& [kind, other] : layers_) {
    if (other->output.get() == &axes) layer->axes = dynamic_cast<const RecordedConstant*>(other.get());
  }
  return layer;
}

ILayer* RecordedNetwork::onGetLayer(std::int32_t index) const {
  return &layers_.at(static_cast<std::size_t>(index)).second->layer();
}

}  // namespace edge::tensorrt_double
