#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/buffer.h"

/// Writes ONNX models of a few nodes, so that tests show what they are about.
namespace edge::onnx {

/// ONNX's numbers of types.
enum class Type : std::uint8_t {
  float32 = 1,
  uint8 = 2,
  int8 = 3,
  int32 = 6,
  int64 = 7,
  boolean = 9,
  float16 = 10,
  bfloat16 = 16
};

/// A message in protobuf's wire format.
class Message {
 public:
  Message& number(unsigned field, std::int64_t value);
  Message& text(unsigned field, const std::string& value);
  Message& message(unsigned field, const Message& value) { return text(field, value.bytes_); }
  const std::string& bytes() const noexcept { return bytes_; }

 private:
  void varint(std::uint64_t value);
  std::string bytes_;
};

/// An input or output; -1 is an open dimension.
Message tensor(const std::string& name, Type type, const std::vector<std::int64_t>& shape);

/// Weights in the model.
Message weights(const std::string& name, const std::vector<std::int64_t>& shape,
                const std::vector<float>& values);
/// The zero point that TensorRT takes: an int8 of 0.
Message zeroPoint(const std::string& name);
/// Weights in another file, beside the model.
Message externalWeights(const std::string& name, const std::vector<std::int64_t>& shape,
                        const std::string& file);

Message node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs,
             const std::string& output);
/// A node with an attribute that is an integer.
Message node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs,
             const std::string& output, const std::string& attribute, std::int64_t value);

struct Graph {
  std::vector<Message> nodes;
  std::vector<Message> inputs;
  std::vector<Message> outputs;
  std::vector<Message> initializers;
};

std::shared_ptr<const Buffer> model(const Graph& graph);

/// `y = relu(x · w + b)`, for x of [rows, 2] and y of [rows, 2], with w = [[1, 2], [3, 4]] times `scale` and
/// b = [0.5, -100].
/// @param rows -1 for any number.
std::shared_ptr<const Buffer> denseModel(std::int64_t rows, float scale = 1);

/// `y = relu(dequantized(quantized(x)) · w + b)` with the weights of denseModel(1): a model that says itself
/// what is computed in int8, with a scale of 0.25.
std::shared_ptr<const Buffer> quantizedModel();

/// The indices of the elements of x, of [4], that are not zero: how many there are, only a run tells.
std::shared_ptr<const Buffer> nonZeroModel();

/// x of [2], cast to a type.
std::shared_ptr<const Buffer> castModel(Type type);

}  // namespace edge::onnx
