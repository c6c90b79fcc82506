#include "tflite/resize_check.h"

#include <algorithm>
#include <string>

#include "core/error.h"

namespace edge::tflite {
namespace {

constexpr std::int64_t kOpen = -1;
// Batch, height, width, channels: the fewest dimensions among which there are channels.
constexpr std::size_t kPicture = 4;

/// `[?, 224, 224, 3]`, with a question mark for what may change.
std::string pattern(const std::vector<std::int64_t>& shape, const std::vector<bool>& free) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += free[i] ? "?" : std::to_string(shape[i]);
  }
  return text + "]";
}

std::vector<bool> freeDimensions(const std::vector<std::int64_t>& signature) {
  const bool hasOpen = std::find(signature.begin(), signature.end(), kOpen) != signature.end();
  std::vector<bool> free;
  for (std::size_t i = 0; i < signature.size(); ++i) {
    const bool isChannels = signature.size() >= kPicture && i + 1 == signature.size();
    free.push_back(hasOpen ? signature[i] == kOpen : !isChannels);
  }
  return free;
}

void checkShape(const TensorDesc& input, const std::vector<std::int64_t>& shape) {
  const std::vector<std::int64_t>& signature = input.shapeSignature;
  // A scalar, or a tensor of which the model does not say how many dimensions it has.
  if (signature.empty()) return;
  const std::vector<bool> free = freeDimensions(signature);
  bool fits = shape.size() == signature.size();
  for (std::size_t i = 0; fits && i < shape.size(); ++i) fits = free[i] || shape[i] == signature[i];
  if (fits) return;
  throw Error(ErrorCode::SHAPE_MISMATCH,
              {"the input \"" + input.name + "\" cannot have another shape than the model was made for",
               pattern(signature, free) + ", where ? may be any size", shapeText(shape),
               "Convert the model with the dimensions open that are to change."});
}

InterpreterSettings withoutDelegates(InterpreterSettings settings) {
  settings.xnnpack.reset();
  settings.externalDelegates.clear();
  return settings;
}

bool runsWithoutDelegates(const Library& library, const std::shared_ptr<const Model>& model,
                          InterpreterSettings settings) {
  settings.shapes.clear();
  try {
    const Interpreter interpreter(library, model, settings);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

void checkResize(const std::vector<TensorDesc>& inputs, const std::vector<InputShape>& shapes) {
  for (const InputShape& wanted : shapes) {
    if (wanted.input < inputs.size()) checkShape(inputs[wanted.input], wanted.shape);
  }
}

std::unique_ptr<Interpreter> tryOnKernels(const Library& library, const std::shared_ptr<const Model>& model,
                                          const InterpreterSettings& settings) {
  const InterpreterSettings plain = withoutDelegates(settings);
  try {
    return std::make_unique<Interpreter>(library, model, plain);
  } catch (const Error&) {
    // An operator that only a delegate knows says nothing about shapes.
    if (runsWithoutDelegates(library, model, plain)) throw;
    return nullptr;
  }
}

void checkOutputs(const Interpreter& delegated, const Interpreter& builtin) {
  for (std::size_t i = 0; i < delegated.outputs().size() && i < builtin.outputs().size(); ++i) {
    const TensorDesc& output = delegated.outputs()[i];
    const TensorDesc& expected = builtin.outputs()[i];
    if (output.dynamic || expected.dynamic || output.shape == expected.shape) continue;
    throw Error(
        ErrorCode::SHAPE_MISMATCH,
        {"the delegate makes the output \"" + output.name + "\" of another shape than the model asks for",
         shapeText(expected.shape), shapeText(output.shape), "Open the session with xnnpack: false."});
  }
}

}  // namespace edge::tflite
