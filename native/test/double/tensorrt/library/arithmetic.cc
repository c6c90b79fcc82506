#include "arithmetic.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "numbers.h"

namespace edge::tensorrt_double {

namespace {

/// Where an element of a broadcast result comes from in one operand.
class Source {
 public:
  Source(const Shape& shape, const Shape& result) : result_(result), strides_(shape.size()) {
    std::size_t stride = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      strides_[axis] = shape[axis] == 1 ? 0 : stride;
      stride *= static_cast<std::size_t>(shape[axis]);
    }
  }

  std::size_t at(std::size_t element) const {
    std::size_t index = 0;
    for (std::size_t axis = result_.size(); axis-- > 0;) {
      const auto length = static_cast<std::size_t>(result_[axis]);
      index += element % length * strides_[axis];
      element /= length;
    }
    return index;
  }

 private:
  const Shape& result_;
  std::vector<std::size_t> strides_;
};

Value combine(Op op, const Value& a, const Value& b, Shape shape) {
  Value result{std::move(shape), {}};
  const Source first(a.shape, result.shape);
  const Source second(b.shape, result.shape);
  result.elements.resize(elementCount(result.shape));
  for (std::size_t i = 0; i < result.elements.size(); ++i) {
    const double left = a.elements[first.at(i)];
    const double right = b.elements[second.at(i)];
    result.elements[i] = op == Op::sum ? left + right : left * right;
  }
  return result;
}

Value matrixMultiply(const Node& node, const Value& a, const Value& b, Shape shape) {
  Value result{std::move(shape), {}};
  const std::size_t rank = result.shape.size();
  const auto rows = static_cast<std::size_t>(result.shape[rank - 2]);
  const auto columns = static_cast<std::size_t>(result.shape[rank - 1]);
  const auto inner = static_cast<std::size_t>(a.shape[node.transposed[0] ? rank - 2 : rank - 1]);
  result.elements.resize(elementCount(result.shape));
  // The matrices themselves count as one element each.
  const auto outer = [rank](const Shape& whole) {
    return Shape(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(rank) - 2);
  };
  const Shape batch = outer(result.shape);
  const Source first(outer(a.shape), batch);
  const Source second(outer(b.shape), batch);
  for (std::size_t matrix = 0; matrix < elementCount(batch); ++matrix) {
    const double* left = a.elements.data() + first.at(matrix) * rows * inner;
    const double* right = b.elements.data() + second.at(matrix) * inner * columns;
    double* to = result.elements.data() + matrix * rows * columns;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        double sum = 0;
        for (std::size_t k = 0; k < inner; ++k) {
          sum += left[node.transposed[0] ? k * rows + row : row * inner + k] *
                 right[node.transposed[1] ? column * inner + k : k * columns + column];
        }
        to[row * columns + column] = sum;
      }
    }
  }
  return result;
}

Value nonZero(const Value& input) {
  const std::size_t rank = input.shape.size();
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < input.elements.size(); ++i) {
    if (input.elements[i] != 0) found.push_back(i);
  }
  Value result{{static_cast<std::int64_t>(rank), static_cast<std::int64_t>(found.size())}, {}};
  result.elements.resize(rank * found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::size_t rest = found[i];
    for (std::size_t axis = rank; axis-- > 0;) {
      const auto length = static_cast<std::size_t>(input.shape[axis]);
      result.elements[axis * found.size() + i] = static_cast<double>(rest % length);
      rest /= length;
    }
  }
  return result;
}

/// Numbers and their multiples of a scale, one way or the other.
Value scaled(Op op, const Value& input, const Value& scale) {
  if (scale.elements.size() != 1) throw std::runtime_error("there is one scale for all elements here");
  Value result = input;
  for (double& element : result.elements) {
    element = op == Op::quantize ? std::nearbyint(element / scale.elements[0]) : element * scale.elements[0];
  }
  return result;
}

Value evaluate(const Plan& plan, const Node& node, const std::map<std::int32_t, Value>& values) {
  const TensorInfo& info = plan.tensors.at(static_cast<std::size_t>(node.output));
  if (node.op == Op::constant) {
    return {info.shape, load(node.weights.data(), info.type, elementCount(info.shape))};
  }
  const Value& first = values.at(node.inputs.at(0));
  if (node.op == Op::nonZero) return nonZero(first);
  if (node.op == Op::cast) return first;
  if (node.op == Op::relu) {
    Value result = first;
    for (double& element : result.elements) element = std::max(element, 0.0);
    return result;
  }
  const Value& second = values.at(node.inputs.at(1));
  if (node.op == Op::quantize || node.op == Op::dequantize) return scaled(node.op, first, second);
  Shape shape = outputShape(node, {first.shape, second.shape});
  return node.op == Op::matrixMultiply ? matrixMultiply(node, first, second, std::move(shape))
                                       : combine(node.op, first, second, std::move(shape));
}

/// Rounds as a tensor of 8 bits does whose range calibration found.
void quantize(std::vector<double>& elements, double range) {
  const double scale = range == 0 ? 1 : range / 127;
  for (double& element : elements)
    element = std::clamp(std::nearbyint(element / scale), -127.0, 127.0) * scale;
}

}  // namespace

void compute(const Plan& plan, std::map<std::int32_t, Value>& values) {
  for (auto& [index, value] : values) {
    const auto range = plan.ranges.find(plan.tensors.at(static_cast<std::size_t>(index)).name);
    if (range != plan.ranges.end()) quantize(value.elements, static_cast<double>(range->second));
  }
  for (const Node& node : plan.nodes) {
    Value result = evaluate(plan, node, values);
    nvinfer1::DataType type = plan.tensors.at(static_cast<std::size_t>(node.output)).type;
    if (plan.half && type == nvinfer1::DataType::kFLOAT) type = nvinfer1::DataType::kHALF;
    for (double& element : result.elements) element = rounded(element, type);
    values[node.output] = std::move(result);
  }
}

}  // namespace edge::tensorrt_double
