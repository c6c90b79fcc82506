#pragma once

#include <NvInfer.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace edge::tensorrt_double {

using Shape = std::vector<std::int64_t>;  ///< -1 for what is not known yet.

nvinfer1::Dims dims(const Shape& shape);
Shape shape(const nvinfer1::Dims& dims);
std::string text(const Shape& shape);

/// Nodes that the doubles compute. More kinds would make a second TensorRT to be tested.
enum class Op : std::int32_t {
  constant,
  relu,
  sum,
  product,
  matrixMultiply,
  cast,
  nonZero,
  quantize,   ///< To int8, with one scale for all elements: the second input.
  dequantize  ///< Back.
};
const char* name(Op op);

struct TensorInfo {
  std::string name;
  nvinfer1::DataType type = nvinfer1::DataType::kFLOAT;
  Shape shape;
  bool input = false;
  bool output = false;
};

struct Node {
  Op op = Op::relu;
  std::string name;
  std::vector<std::int32_t> inputs;  ///< Indices of tensors.
  std::int32_t output = 0;
  std::array<bool, 2> transposed{};  ///< Operands of a matrix multiplication.
  std::string weightsName;           ///< Of a constant; empty where it has none.
  std::vector<std::uint8_t> weights;
};

/// The smallest, the best and the largest shape of each input.
using ProfileShapes = std::map<std::string, std::array<Shape, 3>>;

/// What an engine is, without its objects.
struct Plan {
  std::array<std::int32_t, 4> version{};
  std::string gpu;
  std::int32_t computeMajor = 0;
  std::int32_t computeMinor = 0;
  bool versionCompatible = false;
  std::int32_t hardwareCompatibility = 0;
  bool refittable = false;
  bool half = false;  ///< Whether results are rounded to fp16.
  std::int32_t verbosity = 0;
  std::vector<TensorInfo> tensors;
  std::vector<Node> nodes;
  std::vector<ProfileShapes> profiles;
  std::map<std::string, float> ranges;  ///< The largest magnitudes that calibration saw.

  /// Inputs and then outputs, as engines number them.
  std::vector<const TensorInfo*> io() const;
  const TensorInfo* find(const std::string& name) const;
};

std::vector<std::uint8_t> encode(const Plan& plan);
/// @throws std::runtime_error where it is no plan, or a damaged one.
Plan decode(const void* data, std::size_t bytes);

/// The shape of a node's output for its inputs' shapes.
/// @throws std::runtime_error where they do not fit.
Shape outputShape(const Node& node, const std::vector<Shape>& inputs);

std::size_t elementBytes(nvinfer1::DataType type);
std::size_t elementCount(const Shape& shape);

}  // namespace edge::tensorrt_double
