#include "model.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "wire.h"

namespace edge::tensorrt_double {

namespace {

std::size_t bytesOf(nvinfer1::DataType type) {
  switch (type) {
    case nvinfer1::DataType::kFLOAT:
    case nvinfer1::DataType::kINT32:
      return 4;
    case nvinfer1::DataType::kINT64:
      return 8;
    case nvinfer1::DataType::kHALF:
    case nvinfer1::DataType::kBF16:
      return 2;
    default:
      return 1;
  }
}

void append(std::vector<std::uint8_t>& bytes, const std::uint8_t* from, std::size_t count) {
  bytes.insert(bytes.end(), from, from + count);
}

/// Numbers that are not raw bytes: the low bytes of each.
void appendLow(std::vector<std::uint8_t>& bytes, const Wire& wire, std::size_t width) {
  std::vector<std::int64_t> numbers;
  wire.appendNumbers(numbers);
  for (const std::int64_t number : numbers)
    append(bytes, reinterpret_cast<const std::uint8_t*>(&number), width);
}

std::vector<std::uint8_t> readExternal(std::map<std::string, std::string> entries, const char* path,
                                       std::size_t expected) {
  if (path == nullptr)
    throw std::runtime_error("weights lie in another file, and the model's path was not given");
  const std::string model = path;
  const std::size_t slash = model.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : model.substr(0, slash + 1);
  const std::vector<std::uint8_t> all = readFile(folder + entries["location"]);
  const std::size_t offset = entries["offset"].empty() ? 0 : std::stoull(entries["offset"]);
  if (offset > all.size() || expected > all.size() - offset)
    throw std::runtime_error(entries["location"] + " is too short");
  const auto from = all.begin() + static_cast<std::ptrdiff_t>(offset);
  return {from, from + static_cast<std::ptrdiff_t>(expected)};
}

std::pair<std::string, std::string> readEntry(Wire wire) {
  std::pair<std::string, std::string> entry;
  while (wire.next()) (wire.field() == 1 ? entry.first : entry.second) = wire.text();
  return entry;
}

OnnxTensor readTensor(Wire wire, const char* path) {
  OnnxTensor tensor;
  std::map<std::string, std::string> external;
  bool isExternal = false;
  const Wire again = wire;
  while (wire.next()) {
    if (wire.field() == 2) tensor.type = dataType(wire.number());
  }
  for (wire = again; wire.next();) {
    if (wire.field() == 1) wire.appendNumbers(tensor.shape);
    if (wire.field() == 4) append(tensor.bytes, wire.data(), wire.size());
    if (wire.field() == 5 || wire.field() == 7) appendLow(tensor.bytes, wire, bytesOf(tensor.type));
    if (wire.field() == 8) tensor.name = wire.text();
    if (wire.field() == 9) tensor.bytes.assign(wire.data(), wire.data() + wire.size());
    if (wire.field() == 13) external.insert(readEntry(wire.message()));
    if (wire.field() == 14) isExternal = wire.number() == 1;
  }
  std::size_t expected = bytesOf(tensor.type);
  for (const std::int64_t length : tensor.shape) expected *= static_cast<std::size_t>(length);
  if (isExternal) tensor.bytes = readExternal(external, path, expected);
  if (tensor.bytes.size() != expected) {
    throw std::runtime_error("initializer " + tensor.name + " has " + std::to_string(tensor.bytes.size()) +
                             " bytes where " + std::to_string(expected) + " are expected");
  }
  return tensor;
}

std::int64_t readDimension(Wire wire) {
  std::int64_t length = -1;
  while (wire.next()) {
    if (wire.field() == 1) length = wire.number();
  }
  return length;
}

void readTensorType(Wire wire, OnnxTensor& tensor) {
  while (wire.next()) {
    if (wire.field() == 1) tensor.type = dataType(wire.number());
    if (wire.field() != 2) continue;
    for (Wire shape = wire.message(); shape.next();) tensor.shape.push_back(readDimension(shape.message()));
  }
}

OnnxTensor readValueInfo(Wire wire) {
  OnnxTensor tensor;
  while (wire.next()) {
    if (wire.field() == 1) tensor.name = wire.text();
    if (wire.field() != 2) continue;
    for (Wire type = wire.message(); type.next();) {
      if (type.field() == 1) readTensorType(type.message(), tensor);
    }
  }
  return tensor;
}

OnnxNode readNode(Wire wire, const char* path) {
  OnnxNode node;
  while (wire.next()) {
    if (wire.field() == 1) node.inputs.push_back(wire.text());
    if (wire.field() == 2) node.outputs.push_back(wire.text());
    if (wire.field() == 3) node.name = wire.text();
    if (wire.field() == 4) node.op = wire.text();
    if (wire.field() != 5) continue;
    std::string name;
    OnnxAttribute attribute;
    for (Wire part = wire.message(); part.next();) {
      if (part.field() == 1) name = part.text();
      if (part.field() == 2) attribute.real = part.real();
      if (part.field() == 3) attribute.number = part.number();
      if (part.field() == 5) attribute.tensor = readTensor(part.message(), path);
    }
    node.attributes[name] = std::move(attribute);
  }
  return node;
}

OnnxModel readGraph(Wire wire, const char* path) {
  OnnxModel model;
  while (wire.next()) {
    if (wire.field() == 1) model.nodes.push_back(readNode(wire.message(), path));
    if (wire.field() == 5) {
      OnnxTensor tensor = readTensor(wire.message(), path);
      std::string name = tensor.name;
      model.initializers[std::move(name)] = std::move(tensor);
    }
    if (wire.field() == 11) model.inputs.push_back(readValueInfo(wire.message()));
    if (wire.field() == 12) model.outputs.push_back(readValueInfo(wire.message()));
  }
  return model;
}

}  // namespace

nvinfer1::DataType dataType(std::int64_t onnx) {
  switch (onnx) {
    case 1:
      return nvinfer1::DataType::kFLOAT;
    case 2:
      return nvinfer1::DataType::kUINT8;
    case 3:
      return nvinfer1::DataType::kINT8;
    case 6:
      return nvinfer1::DataType::kINT32;
    case 7:
      return nvinfer1::DataType::kINT64;
    case 9:
      return nvinfer1::DataType::kBOOL;
    case 10:
      return nvinfer1::DataType::kHALF;
    case 16:
      return nvinfer1::DataType::kBF16;
    default:
      throw std::runtime_error("ONNX's data type " + std::to_string(onnx) + " is not supported");
  }
}

OnnxModel readModel(const void* data, std::size_t bytes, const char* path) {
  for (Wire wire(static_cast<const std::uint8_t*>(data), bytes); wire.next();) {
    if (wire.field() == 7) return readGraph(wire.message(), path);
  }
  throw std::runtime_error("the model has no graph");
}

std::vector<std::uint8_t> readFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error("could not open file " + path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace edge::tensorrt_double
