#include "parse.h"

#include <sstream>
#include <utility>
#include <vector>

namespace edge::tflite_double {

namespace abi = edge::tflite::abi;

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

abi::Type typeNamed(const std::string& name) {
  if (name == "float32") return abi::Type::float32;
  if (name == "uint8") return abi::Type::uint8;
  if (name == "int8") return abi::Type::int8;
  if (name == "int64") return abi::Type::int64;
  if (name == "bool") return abi::Type::boolean;
  return abi::Type::string;
}

abi::Tensor parseTensor(const std::string& text) {
  const std::vector<std::string> parts = split(text, ':');
  abi::Tensor tensor;
  tensor.name = parts.at(0);
  tensor.type = typeNamed(parts.at(1));
  for (const std::string& dimension : split(parts.at(2), 'x')) {
    tensor.shape.push_back(dimension == "?" ? 1 : std::stoi(dimension));
    tensor.signature.push_back(dimension == "?" ? -1 : tensor.shape.back());
  }
  if (parts.size() > 3 && parts[3] == "constant") tensor.allocation = abi::AllocationType::mappedReadOnly;
  tensor.late = parts.size() > 3 && parts[3] == "late";
  if (parts.size() > 3 && parts[3] == "dynamic") tensor.allocation = abi::AllocationType::dynamic;
  return tensor;
}

std::vector<std::pair<std::string, int>> parseNames(const std::string& text) {
  std::vector<std::pair<std::string, int>> names;
  for (const std::string& name : split(text, ',')) {
    const std::size_t equals = name.find('=');
    names.emplace_back(name.substr(0, equals), std::stoi(name.substr(equals + 1)));
  }
  return names;
}

abi::SignatureText parseSignature(const std::string& text) {
  const std::vector<std::string> parts = split(text, ':');
  return {parts.at(0), parts.at(1) == "own", parseNames(parts.at(2)), parseNames(parts.at(3))};
}

}  // namespace

abi::Model* parseModel(const std::string& content, const Reporter& reporter) {
  if (content.size() < 8 || content.compare(4, 4, "TFL3") != 0) {
    reporter("not a model: %d bytes", static_cast<int>(content.size()));
    return nullptr;
  }
  auto model = std::make_unique<abi::Model>();
  abi::QuantizationParams quantization{0, 0};
  std::vector<float> channelScales;
  for (const std::string& field : split(content.substr(8), ' ')) {
    const std::size_t equals = field.find('=');
    if (equals == std::string::npos) continue;
    const std::string key = field.substr(0, equals);
    const std::string value = field.substr(equals + 1);
    if (key == "in") model->inputs.push_back(parseTensor(value));
    if (key == "out") model->outputs.push_back(parseTensor(value));
    if (key == "alias") model->alias = true;
    if (key == "delay") model->delayMs = std::stoi(value);
    if (key == "fail") model->fail = value;
    if (key == "signature") model->signatures.push_back(parseSignature(value));
    if (key == "channels") {
      for (const std::string& scale : split(value, ',')) channelScales.push_back(std::stof(scale));
    }
    if (key == "quantization") {
      const std::vector<std::string> numbers = split(value, ',');
      quantization = {std::stof(numbers.at(0)), std::stoi(numbers.at(1))};
    }
  }
  for (std::vector<abi::Tensor>* tensors : {&model->inputs, &model->outputs}) {
    for (abi::Tensor& tensor : *tensors) {
      tensor.quantization = quantization;
      tensor.channelScales = channelScales;
    }
  }
  if (model->fail == "model") {
    reporter("the double fails at %s", "model");
    return nullptr;
  }
  return model.release();
}

}  // namespace edge::tflite_double
