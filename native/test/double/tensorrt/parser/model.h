#pragma once

#include <NvInfer.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace edge::tensorrt_double {

/// The parts of an ONNX model that the doubles read.
struct OnnxTensor {
  std::string name;
  nvinfer1::DataType type = nvinfer1::DataType::kFLOAT;
  std::vector<std::int64_t> shape;  ///< -1 for a dimension with a name.
  std::vector<std::uint8_t> bytes;
};

struct OnnxAttribute {
  float real = 0;
  std::int64_t number = 0;
  OnnxTensor tensor;
};

struct OnnxNode {
  std::string name;
  std::string op;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::map<std::string, OnnxAttribute> attributes;
};

struct OnnxModel {
  std::vector<OnnxNode> nodes;
  std::vector<OnnxTensor> inputs;
  std::vector<OnnxTensor> outputs;
  std::map<std::string, OnnxTensor> initializers;
};

/// @param path where the model lies, for weights in files beside it; null where that is not known.
/// @throws std::runtime_error
OnnxModel readModel(const void* data, std::size_t bytes, const char* path);

nvinfer1::DataType dataType(std::int64_t onnx);

std::vector<std::uint8_t> readFile(const std::string& path);

}  // namespace edge::tensorrt_double
