#include "graph.h"

#include <algorithm>
#include <stdexcept>

namespace edge::tensorrt_double {

namespace {

std::int64_t broadcast(std::int64_t a, std::int64_t b) {
  if (a == b || b == 1) return a;
  if (a == 1) return b;
  // What is known of two lengths holds for both: at run time they agree, or are refused.
  if (a < 0 || b < 0) return std::max(a, b);
  throw std::runtime_error("broadcast dimensions must be conformable: " + std::to_string(a) + " and " +
                           std::to_string(b));
}

Shape elementwise(const Shape& a, const Shape& b) {
  if (a.size() != b.size())
    throw std::runtime_error("inputs must have the same rank: " + text(a) + " and " + text(b));
  Shape result(a.size());
  std::transform(a.begin(), a.end(), b.begin(), result.begin(), broadcast);
  return result;
}

Shape matrixMultiply(const Node& node, Shape a, Shape b) {
  if (a.size() != b.size() || a.size() < 2) {
    throw std::runtime_error("both matrices must have the same rank, at least 2: " + text(a) + " and " +
                             text(b));
  }
  const std::size_t rows = a.size() - 2;
  if (node.transposed[0]) std::swap(a[rows], a[rows + 1]);
  if (node.transposed[1]) std::swap(b[rows], b[rows + 1]);
  if (a[rows + 1] >= 0 && b[rows] >= 0 && a[rows + 1] != b[rows]) {
    throw std::runtime_error("inner dimensions do not match: " + text(a) + " and " + text(b));
  }
  Shape result(a.size());
  std::transform(a.begin(), a.end() - 2, b.begin(), result.begin(), broadcast);
  result[rows] = a[rows];
  result[rows + 1] = b[rows + 1];
  return result;
}

}  // namespace

nvinfer1::Dims dims(const Shape& shape) {
  nvinfer1::Dims result{};
  result.nbDims = static_cast<std::int32_t>(shape.size());
  std::copy(shape.begin(), shape.end(), result.d);
  return result;
}

Shape shape(const nvinfer1::Dims& dims) {
  return dims.nbDims <= 0 ? Shape{} : Shape(dims.d, dims.d + dims.nbDims);
}

std::string text(const Shape& shape) {
  std::string result = "[";
  for (const std::int64_t length : shape) result += (result.size() > 1 ? "," : "") + std::to_string(length);
  return result + "]";
}

const char* name(Op op) {
  switch (op) {
    case Op::constant:
      return "Constant";
    case Op::relu:
      return "Activation";
    case Op::sum:
    case Op::product:
      return "ElementWise";
    case Op::matrixMultiply:
      return "MatrixMultiply";
    case Op::cast:
      return "Cast";
    case Op::nonZero:
      return "NonZero";
    case Op::quantize:
      return "Quantize";
    case Op::dequantize:
      return "Dequantize";
  }
  return "";
}

std::vector<const TensorInfo*> Plan::io() const {
  std::vector<const TensorInfo*> result;
  for (const TensorInfo& tensor : tensors) {
    if (tensor.input) result.push_back(&tensor);
  }
  for (const TensorInfo& tensor : tensors) {
    if (tensor.output && !tensor.input) result.push_back(&tensor);
  }
  return result;
}

const TensorInfo* Plan::find(const std::string& name) const {
  for (const TensorInfo* tensor : io()) {
    if (tensor->name == name) return tensor;
  }
  return nullptr;
}

Shape outputShape(const Node& node, const std::vector<Shape>& inputs) {
  switch (node.op) {
    case Op::relu:
    case Op::cast:
    case Op::quantize:
    case Op::dequantize:
      return inputs.at(0);
    case Op::sum:
    case Op::product:
      return elementwise(inputs.at(0), inputs.at(1));
    case Op::matrixMultiply:
      return matrixMultiply(node, inputs.at(0), inputs.at(1));
    case Op::nonZero:
      return {static_cast<std::int64_t>(inputs.at(0).size()), -1};
    case Op::constant:
      break;
  }
  throw std::runtime_error("a constant has its own shape");
}

std::size_t elementBytes(nvinfer1::DataType type) {
  switch (type) {
    case nvinfer1::DataType::kFLOAT:
    case nvinfer1::DataType::kINT32:
      return 4;
    case nvinfer1::DataType::kHALF:
    case nvinfer1::DataType::kBF16:
      return 2;
    case nvinfer1::DataType::kINT64:
      return 8;
    default:
      return 1;
  }
}

std::size_t elementCount(const Shape& shape) {
  std::size_t count = 1;
  for (const std::int64_t length : shape) count *= static_cast<std::size_t>(length);
  return count;
}

}  // namespace edge::tensorrt_double
