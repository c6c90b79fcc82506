#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

/// Writes small ONNX models, for tests.
///
///   const std::string model = onnx::Model()
///       .input("x", onnx::kFloat, {-1, 2})
///       .weights("w", {2, 2}, {1, 2, 3, 4})
///       .node("MatMul", "product", {"x", "w"}, {"y"})
///       .output("y", onnx::kFloat, {-1, 2})
///       .bytes();
namespace edge::tensorrt_double::onnx {

inline constexpr int kFloat = 1;
inline constexpr int kUint8 = 2;
inline constexpr int kInt32 = 6;
inline constexpr int kInt64 = 7;
inline constexpr int kHalf = 10;

/// A message in protobuf's wire format.
class Message {
 public:
  Message& number(int field, std::int64_t value) {
    varint(static_cast<std::uint64_t>(field) << 3U);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  Message& text(int field, const std::string& value) {
    varint((static_cast<std::uint64_t>(field) << 3U) | 2U);
    varint(value.size());
    bytes += value;
    return *this;
  }
  Message& message(int field, const Message& value) { return text(field, value.bytes); }

  std::string bytes;

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes += static_cast<char>((value & 0x7FU) | 0x80U);
    bytes += static_cast<char>(value);
  }
};

class Model {
 public:
  /// @param shape -1 for an open dimension.
  Model& input(const std::string& name, int type, const std::vector<std::int64_t>& shape) {
    graph_.message(11, valueInfo(name, type, shape));
    return *this;
  }
  Model& output(const std::string& name, int type, const std::vector<std::int64_t>& shape) {
    graph_.message(12, valueInfo(name, type, shape));
    return *this;
  }
  Model& weights(const std::string& name, const std::vector<std::int64_t>& shape,
                 const std::vector<float>& values) {
    std::string raw(values.size() * sizeof(float), '\0');
    std::memcpy(raw.data(), values.data(), raw.size());
    Message tensor = initializer(name, shape);
    graph_.message(5, tensor.text(9, raw));
    return *this;
  }
  /// Weights of fp32 in a file beside the model.
  Model& externalWeights(const std::string& name, const std::vector<std::int64_t>& shape,
                         const std::string& file, std::int64_t offset) {
    Message tensor = initializer(name, shape);
    tensor.message(13, Message().text(1, "location").text(2, file));
    tensor.message(13, Message().text(1, "offset").text(2, std::to_string(offset)));
    graph_.message(5, tensor.number(14, 1));
    return *this;
  }
  Model& node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs,
              const std::vector<std::string>& outputs,
              const std::vector<std::pair<std::string, std::int64_t>>& attributes = {}) {
    Message node;
    for (const std::string& input : inputs) node.text(1, input);
    for (const std::string& output : outputs) node.text(2, output);
    node.text(3, name).text(4, op);
    for (const auto& [key, value] : attributes)
      node.message(5, Message().text(1, key).number(3, value).number(20, 2));
    graph_.message(1, node);
    return *this;
  }

  std::string bytes() const {
    Message named = graph_;
    named.text(2, "graph");
    return Message().number(1, 8).message(8, Message().text(1, "").number(2, 17)).message(7, named).bytes;
  }

 private:
  static Message initializer(const std::string& name, const std::vector<std::int64_t>& shape) {
    Message tensor;
    for (const std::int64_t length : shape) tensor.number(1, length);
    return tensor.number(2, kFloat).text(8, name);
  }
  static Message valueInfo(const std::string& name, int type, const std::vector<std::int64_t>& shape) {
    Message dimensions;
    for (const std::int64_t length : shape) {
      dimensions.message(1, length < 0 ? Message().text(2, "batch") : Message().number(1, length));
    }
    const Message tensor = Message().number(1, type).message(2, dimensions);
    return Message().text(1, name).message(2, Message().message(1, tensor));
  }

  Message graph_;
};

}  // namespace edge::tensorrt_double::onnx
