#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// A shape; nothing where TensorRT says that it is invalid.
std::optional<std::vector<std::int64_t>> shapeOf(const nvinfer1::Dims& dims);

/// A shape for TensorRT.
/// @throws Error SHAPE_MISMATCH where it has more dimensions than TensorRT takes.
nvinfer1::Dims dimsOf(const std::vector<std::int64_t>& shape, const std::string& tensor);

/// Our name of an element type; nothing where JavaScript has no numbers of that type.
std::optional<DType> dtypeOf(nvinfer1::DataType type) noexcept;

/// TensorRT's name of an element type.
const char* typeName(nvinfer1::DataType type) noexcept;

/// A tensor of the engine or the network, for messages: `the input "x"`.
std::string named(const char* what, const char* name);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
