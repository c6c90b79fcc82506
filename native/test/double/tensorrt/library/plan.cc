#include <cstring>
#include <stdexcept>

#include "graph.h"

namespace edge::tensorrt_double {

namespace {

// A real plan begins with this tag, and has the version's four numbers in bytes 24 to 27; the rest is known
// to TensorRT alone.
constexpr char kTag[] = "ftrt";
constexpr std::size_t kVersionAt = 24;
constexpr std::size_t kHeaderBytes = 28;
constexpr char kEnd[] = "END.";

class Writer {
 public:
  void number(std::int64_t value) { raw(&value, sizeof value); }
  void flag(bool value) { number(value ? 1 : 0); }
  void text(const std::string& value) {
    number(static_cast<std::int64_t>(value.size()));
    raw(value.data(), value.size());
  }
  void numbers(const std::vector<std::int64_t>& values) {
    number(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t value : values) number(value);
  }
  void raw(const void* data, std::size_t size) {
    const auto* from = static_cast<const std::uint8_t*>(data);
    bytes.insert(bytes.end(), from, from + size);
  }

  std::vector<std::uint8_t> bytes;
};

class Reader {
 public:
  Reader(const void* data, std::size_t size) : at_(static_cast<const std::uint8_t*>(data)), left_(size) {}

  std::int64_t number() {
    std::int64_t value = 0;
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }
  std::int32_t small() { return static_cast<std::int32_t>(number()); }
  bool flag() { return number() != 0; }
  std::string text() {
    const std::size_t size = count();
    return {reinterpret_cast<const char*>(take(size)), size};
  }
  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> values(count());
    for (std::int64_t& value : values) value = number();
    return values;
  }
  std::vector<std::uint8_t> raw() {
    const std::size_t size = count();
    const std::uint8_t* from = take(size);
    return {from, from + size};
  }
  std::size_t count() {
    const std::int64_t value = number();
    if (value < 0 || static_cast<std::size_t>(value) > left_)
      throw std::runtime_error("a count is larger than the file");
    return static_cast<std::size_t>(value);
  }
  const std::uint8_t* take(std::size_t size) {
    if (size > left_) throw std::runtime_error("it ends too early");
    const std::uint8_t* from = at_;
    at_ += size;
    left_ -= size;
    return from;
  }

 private:
  const std::uint8_t* at_;
  std::size_t left_;
};

void write(Writer& writer, const TensorInfo& tensor) {
  writer.text(tensor.name);
  writer.number(static_cast<std::int64_t>(tensor.type));
  writer.numbers(tensor.shape);
  writer.flag(tensor.input);
  writer.flag(tensor.output);
}

void write(Writer& writer, const Node& node) {
  writer.number(static_cast<std::int64_t>(node.op));
  writer.text(node.name);
  writer.numbers({node.inputs.begin(), node.inputs.end()});
  writer.number(node.output);
  writer.flag(node.transposed[0]);
  writer.flag(node.transposed[1]);
  writer.text(node.weightsName);
  writer.number(static_cast<std::int64_t>(node.weights.size()));
  writer.raw(node.weights.data(), node.weights.size());
}

TensorInfo readTensor(Reader& reader) {
  TensorInfo tensor;
  tensor.name = reader.text();
  tensor.type = static_cast<nvinfer1::DataType>(reader.number());
  tensor.shape = reader.numbers();
  tensor.input = reader.flag();
  tensor.output = reader.flag();
  return tensor;
}

Node readNode(Reader& reader) {
  Node node;
  node.op = static_cast<Op>(reader.number());
  node.name = reader.text();
  for (const std::int64_t input : reader.numbers()) node.inputs.push_back(static_cast<std::int32_t>(input));
  node.output = reader.small();
  node.transposed[0] = reader.flag();
  node.transposed[1] = reader.flag();
  node.weightsName = reader.text();
  node.weights = reader.raw();
  return node;
}

}  // namespace

std::vector<std::uint8_t> encode(const Plan& plan) {
  Writer writer;
  writer.bytes.assign(kHeaderBytes, 0);
  std::memcpy(writer.bytes.data(), kTag, 4);
  for (std::size_t i = 0; i < 4; ++i)
    writer.bytes[kVersionAt + i] = static_cast<std::uint8_t>(plan.version[i]);
  writer.text(plan.gpu);
  writer.number(plan.computeMajor);
  writer.number(plan.computeMinor);
  writer.flag(plan.versionCompatible);
  writer.number(plan.hardwareCompatibility);
  writer.flag(plan.refittable);
  writer.flag(plan.half);
  writer.number(plan.verbosity);
  writer.number(static_cast<std::int64_t>(plan.tensors.size()));
  for (const TensorInfo& tensor : plan.tensors) write(writer, tensor);
  writer.number(static_cast<std::int64_t>(plan.nodes.size()));
  for (const Node& node : plan.nodes) write(writer, node);
  writer.number(static_cast<std::int64_t>(plan.profiles.size()));
  for (const ProfileShapes& profile : plan.profiles) {
    writer.number(static_cast<std::int64_t>(profile.size()));
    for (const auto& [input, shapes] : profile) {
      writer.text(input);
      for (const Shape& shape : shapes) writer.numbers(shape);
    }
  }
  writer.number(static_cast<std::int64_t>(plan.ranges.size()));
  for (const auto& [tensor, range] : plan.ranges) {
    writer.text(tensor);
    writer.raw(&range, sizeof range);
  }
  writer.raw(kEnd, 4);
  return std::move(writer.bytes);
}

Plan decode(const void* data, std::size_t bytes) {
  Reader reader(data, bytes);
  const std::uint8_t* header = reader.take(kHeaderBytes);
  if (std::memcmp(header, kTag, 4) != 0) throw std::runtime_error("it does not begin as a plan does");
  Plan plan;
  for (std::size_t i = 0; i < 4; ++i) plan.version[i] = header[kVersionAt + i];
  plan.gpu = reader.text();
  plan.computeMajor = reader.small();
  plan.computeMinor = reader.small();
  plan.versionCompatible = reader.flag();
  plan.hardwareCompatibility = reader.small();
  plan.refittable = reader.flag();
  plan.half = reader.flag();
  plan.verbosity = reader.small();
  for (std::size_t left = reader.count(); left > 0; --left) plan.tensors.push_back(readTensor(reader));
  for (std::size_t left = reader.count(); left > 0; --left) plan.nodes.push_back(readNode(reader));
  for (std::size_t left = reader.count(); left > 0; --left) {
    ProfileShapes profile;
    for (std::size_t inputs = reader.count(); inputs > 0; --inputs) {
      std::array<Shape, 3>& shapes = profile[reader.text()];
      for (Shape& shape : shapes) shape = reader.numbers();
    }
    plan.profiles.push_back(std::move(profile));
  }
  for (std::size_t left = reader.count(); left > 0; --left) {
    const std::string tensor = reader.text();
    std::memcpy(&plan.ranges[tensor], reader.take(sizeof(float)), sizeof(float));
  }
  if (std::memcmp(reader.take(4), kEnd, 4) != 0) throw std::runtime_error("its end is missing");
  return plan;
}

}  // namespace edge::tensorrt_double
