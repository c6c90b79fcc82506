#include "onnx_model.h"

#include <cstring>

namespace edge::onnx {
namespace {

constexpr unsigned kVarint = 0;
constexpr unsigned kDelimited = 2;

Message weightsOf(const std::string& name, const std::vector<std::int64_t>& shape) {
  Message message;
  for (const std::int64_t size : shape) message.number(1, size);
  message.number(2, static_cast<std::int64_t>(Type::float32)).text(8, name);
  return message;
}

}  // namespace

void Message::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>((value & 0x7FU) | 0x80U);
  bytes_ += static_cast<char>(value);
}

Message& Message::number(unsigned field, std::int64_t value) {
  varint((field << 3U) | kVarint);
  varint(static_cast<std::uint64_t>(value));
  return *this;
}

Message& Message::text(unsigned field, const std::string& value) {
  varint((field << 3U) | kDelimited);
  varint(value.size());
  bytes_ += value;
  return *this;
}

Message tensor(const std::string& name, Type type, const std::vector<std::int64_t>& shape) {
  Message dimensions;
  for (const std::int64_t size : shape) {
    Message dimension;
    if (size < 0) {
      dimension.text(2, "any");
    } else {
      dimension.number(1, size);
    }
    dimensions.message(1, dimension);
  }
  Message typed;
  typed.number(1, static_cast<std::int64_t>(type)).message(2, dimensions);
  return Message().text(1, name).message(2, Message().message(1, typed));
}

Message weights(const std::string& name, const std::vector<std::int64_t>& shape,
                const std::vector<float>& values) {
  std::string raw(values.size() * sizeof(float), '\0');
  std::memcpy(raw.data(), values.data(), raw.size());
  return weightsOf(name, shape).text(9, raw);
}

Message zeroPoint(const std::string& name) {
  return Message()
      .number(2, static_cast<std::int64_t>(Type::int8))
      .text(8, name)
      .text(9, std::string(1, '\0'));
}

Message externalWeights(const std::string& name, const std::vector<std::int64_t>& shape,
                        const std::string& file) {
  return weightsOf(name, shape).message(13, Message().text(1, "location").text(2, file)).number(14, 1);
}

Message node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs,
             const std::string& output) {
  Message message;
  for (const std::string& input : inputs) message.text(1, input);
  return message.text(2, output).text(3, name).text(4, op);
}

Message node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs,
             const std::string& output, const std::string& attribute, std::int64_t value) {
  constexpr std::int64_t kInteger = 2;
  return node(op, name, inputs, output)
      .message(5, Message().text(1, attribute).number(3, value).number(20, kInteger));
}

std::shared_ptr<const Buffer> model(const Graph& graph) {
  Message content;
  for (const Message& one : graph.nodes) content.message(1, one);
  content.text(2, "test");
  for (const Message& one : graph.initializers) content.message(5, one);
  for (const Message& one : graph.inputs) content.message(11, one);
  for (const Message& one : graph.outputs) content.message(12, one);
  const Message whole =
      Message().number(1, 8).message(7, content).message(8, Message().text(1, "").number(2, 17));
  auto buffer = std::make_shared<Buffer>(whole.bytes().size());
  std::memcpy(buffer->data(), whole.bytes().data(), whole.bytes().size());
  return buffer;
}

std::shared_ptr<const Buffer> denseModel(std::int64_t rows, float scale) {
  return model(
      {{node("MatMul", "multiply", {"x", "w"}, "product"), node("Add", "add", {"product", "b"}, "sum"),
        node("Relu", "cut", {"sum"}, "y")},
       {tensor("x", Type::float32, {rows, 2})},
       {tensor("y", Type::float32, {rows, 2})},
       {weights("w", {2, 2}, {scale, 2 * scale, 3 * scale, 4 * scale}), weights("b", {1, 2}, {0.5F, -100})}});
}

std::shared_ptr<const Buffer> quantizedModel() {
  return model({{node("QuantizeLinear", "quantize", {"x", "scale", "zero"}, "q"),
                 node("DequantizeLinear", "dequantize", {"q", "scale", "zero"}, "d"),
                 node("MatMul", "multiply", {"d", "w"}, "product"),
                 node("Add", "add", {"product", "b"}, "sum"), node("Relu", "cut", {"sum"}, "y")},
                {tensor("x", Type::float32, {1, 2})},
                {tensor("y", Type::float32, {1, 2})},
                {weights("w", {2, 2}, {1, 2, 3, 4}), weights("b", {1, 2}, {0.5F, -100}),
                 weights("scale", {}, {0.25F}), zeroPoint("zero")}});
}

std::shared_ptr<const Buffer> nonZeroModel() {
  return model({{node("NonZero", "find", {"x"}, "y")},
                {tensor("x", Type::float32, {4})},
                {tensor("y", Type::int64, {1, -1})},
                {}});
}

std::shared_ptr<const Buffer> castModel(Type type) {
  return model({{node("Cast", "cast", {"x"}, "y", "to", static_cast<std::int64_t>(type))},
                {tensor("x", Type::float32, {2})},
                {tensor("y", type, {2})},
                {}});
}

}  // namespace edge::onnx
