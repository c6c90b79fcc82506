// A test double of TensorFlow Lite's C library: the same functions, a model format of one line of text, and
// failures on request.
//
// The real library can't be told to fail, to be slow, or to have a tensor of an odd kind. A model is eight
// bytes that look like a .tflite file's ("....TFL3"), then fields separated by spaces:
//
//   in=NAME:TYPE:2x3   an input, once for each; ? for a dimension that may change
//   out=NAME:TYPE:2x3  an output, once for each; ":constant" or ":dynamic" after it make it one;
//                      ":late" is dynamic too, but tells only by having no memory
//   alias=1            output 0 is input 0 itself
//   quantization=S,Z   of every tensor            channels=S1,S2,…   scales along the last dimension
//   signature=KEY:PLACE:IN1=0,IN2=1:OUT=0        names for tensors, of the "graph" or of a graph of its "own"
//   delay=MS           each inference takes that long, in steps between which it can be cancelled
//   fail=STEP          model, interpreter, allocate, resize, bind or invoke; "crash" ends the process instead
//
// An inference writes `2 × input` to the output of the same number, element by element, as far as both go; a
// dynamic output has as many elements as the first element of the input says.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "objects.h"
#include "parse.h"

namespace abi = edge::tflite::abi;
using edge::tflite_double::parseModel;

namespace {

template <typename Value>
void twice(const abi::Tensor& input, const abi::Tensor& output) {
  const std::size_t count = std::min(input.bytes(), output.bytes()) / sizeof(Value);
  const auto* from = static_cast<const Value*>(input.data);
  auto* to = static_cast<Value*>(output.data);
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<Value>(from[i] * 2);
}

}  // namespace

#define EXPORT extern "C" __attribute__((visibility("default")))

/// Not of TFLite: how many of its objects are alive, for tests to find leaks with.
EXPORT int TfliteDoubleLiveObjects() {
  return edge::tflite_double::liveObjects;
}

EXPORT const char* TfLiteVersion() {
  return "2.20.0-double";
}

EXPORT abi::Model* TfLiteModelCreateWithErrorReporter(const void* data, std::size_t bytes,
                                                      abi::ErrorReporter function, void* user) {
  return parseModel(std::string(static_cast<const char*>(data), bytes), {function, user});
}

EXPORT abi::Model* TfLiteModelCreateFromFileWithErrorReporter(const char* path, abi::ErrorReporter function,
                                                              void* user) {
  std::ifstream file(path, std::ios::binary);
  return parseModel(std::string(std::istreambuf_iterator<char>(file), {}), {function, user});
}

EXPORT void TfLiteModelDelete(abi::Model* model) {
  delete model;
}

EXPORT abi::InterpreterOptions* TfLiteInterpreterOptionsCreate() {
  return new abi::InterpreterOptions;
}
EXPORT void TfLiteInterpreterOptionsDelete(abi::InterpreterOptions* options) {
  delete options;
}
EXPORT void TfLiteInterpreterOptionsSetNumThreads(abi::InterpreterOptions*, std::int32_t) {}
EXPORT void TfLiteInterpreterOptionsSetErrorReporter(abi::InterpreterOptions* options,
                                                     abi::ErrorReporter function, void* user) {
  options->reporter = {function, user};
}
EXPORT void TfLiteInterpreterOptionsAddDelegate(abi::InterpreterOptions*, abi::Delegate*) {}
EXPORT abi::Status TfLiteInterpreterOptionsEnableCancellation(abi::InterpreterOptions*, bool) {
  return abi::kOk;
}

EXPORT abi::Interpreter* TfLiteInterpreterCreate(const abi::Model* model,
                                                 const abi::InterpreterOptions* options) {
  auto interpreter = std::make_unique<abi::Interpreter>();
  interpreter->model = model;
  interpreter->reporter = options->reporter;
  interpreter->delayMs = model->delayMs;
  interpreter->fail = model->fail;
  if (interpreter->failsAt("interpreter")) return nullptr;
  for (const abi::Tensor& tensor : model->inputs) {
    interpreter->inputs.push_back(static_cast<int>(interpreter->tensors.size()));
    interpreter->tensors.push_back(tensor);
  }
  for (const abi::Tensor& tensor : model->outputs) {
    const bool aliased = model->alias && interpreter->outputs.empty();
    interpreter->outputs.push_back(aliased ? 0 : static_cast<int>(interpreter->tensors.size()));
    if (!aliased) interpreter->tensors.push_back(tensor);
  }
  return interpreter.release();
}

EXPORT void TfLiteInterpreterDelete(abi::Interpreter* interpreter) {
  delete interpreter;
}

EXPORT abi::Status TfLiteInterpreterAllocateTensors(abi::Interpreter* interpreter) {
  if (interpreter->failsAt("allocate")) return 1;
  for (abi::Tensor& tensor : interpreter->tensors) {
    if (tensor.data != nullptr || tensor.late) continue;
    tensor.arena.resize(tensor.bytes());
    tensor.data = tensor.arena.data();
  }
  return abi::kOk;
}

EXPORT abi::Status TfLiteInterpreterResizeInputTensor(abi::Interpreter* interpreter, std::int32_t index,
                                                      const int* dims, std::int32_t size) {
  abi::Tensor& input =
      interpreter->tensors[static_cast<std::size_t>(interpreter->inputs[static_cast<std::size_t>(index)])];
  if (interpreter->failsAt("resize") || static_cast<std::size_t>(size) != input.shape.size()) return 1;
  input.shape.assign(dims, dims + size);
  // The output of the same number follows.
  if (static_cast<std::size_t>(index) < interpreter->outputs.size()) {
    abi::Tensor& output =
        interpreter->tensors[static_cast<std::size_t>(interpreter->outputs[static_cast<std::size_t>(index)])];
    if (output.shape.size() == input.shape.size()) output.shape = input.shape;
  }
  return abi::kOk;
}

EXPORT abi::Status TfLiteInterpreterInvoke(abi::Interpreter* interpreter) {
  interpreter->cancelled = false;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(interpreter->delayMs);
  while (std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (interpreter->cancelled) return abi::kCancelled;
  }
  if (interpreter->failsAt("invoke")) return 1;
  if (interpreter->fail == "crash") std::abort();
  for (std::size_t i = 0; i < std::min(interpreter->inputs.size(), interpreter->outputs.size()); ++i) {
    const abi::Tensor& input = interpreter->tensors[static_cast<std::size_t>(interpreter->inputs[i])];
    abi::Tensor& output = interpreter->tensors[static_cast<std::size_t>(interpreter->outputs[i])];
    if (output.allocation == abi::AllocationType::dynamic || output.late) {
      output.shape.assign(1, static_cast<int>(*static_cast<const float*>(input.data)));
      output.arena.assign(output.bytes(), 0);
      output.data = output.arena.data();
    }
    if (&input == &output || output.allocation == abi::AllocationType::mappedReadOnly) continue;
    if (input.type == abi::Type::float32) {
      twice<float>(input, output);
    } else if (input.type == abi::Type::int64) {
      twice<std::int64_t>(input, output);
    } else {
      twice<std::uint8_t>(input, output);
    }
  }
  return abi::kOk;
}

EXPORT std::int32_t TfLiteInterpreterGetInputTensorCount(const abi::Interpreter* interpreter) {
  return static_cast<std::int32_t>(interpreter->inputs.size());
}
EXPORT std::int32_t TfLiteInterpreterGetOutputTensorCount(const abi::Interpreter* interpreter) {
  return static_cast<std::int32_t>(interpreter->outputs.size());
}
EXPORT abi::Tensor* TfLiteInterpreterGetInputTensor(abi::Interpreter* interpreter, std::int32_t index) {
  return &interpreter
              ->tensors[static_cast<std::size_t>(interpreter->inputs[static_cast<std::size_t>(index)])];
}
EXPORT const abi::Tensor* TfLiteInterpreterGetOutputTensor(const abi::Interpreter* interpreter,
                                                           std::int32_t index) {
  return &interpreter
              ->tensors[static_cast<std::size_t>(interpreter->outputs[static_cast<std::size_t>(index)])];
}
EXPORT const int* TfLiteInterpreterInputTensorIndices(const abi::Interpreter* interpreter) {
  return interpreter->inputs.data();
}
EXPORT const int* TfLiteInterpreterOutputTensorIndices(const abi::Interpreter* interpreter) {
  return interpreter->outputs.data();
}

EXPORT abi::Status TfLiteInterpreterSetCustomAllocationForTensor(abi::Interpreter* interpreter, int index,
                                                                 const abi::CustomAllocation* allocation,
                                                                 std::int64_t) {
  if (interpreter->failsAt("bind")) return 1;
  abi::Tensor& tensor = interpreter->tensors.at(static_cast<std::size_t>(index));
  if (reinterpret_cast<std::uintptr_t>(allocation->data) % 64 != 0) return 1;
  if (allocation->bytes < tensor.bytes() || tensor.allocation == abi::AllocationType::mappedReadOnly)
    return 1;
  tensor.data = allocation->data;
  tensor.allocation = abi::AllocationType::custom;
  return abi::kOk;
}

EXPORT abi::Type TfLiteTensorType(const abi::Tensor* tensor) {
  return tensor->type;
}
EXPORT std::int32_t TfLiteTensorNumDims(const abi::Tensor* tensor) {
  return static_cast<std::int32_t>(tensor->shape.size());
}
EXPORT std::int32_t TfLiteTensorDim(const abi::Tensor* tensor, std::int32_t index) {
  return tensor->shape[static_cast<std::size_t>(index)];
}
EXPORT std::size_t TfLiteTensorByteSize(const abi::Tensor* tensor) {
  return tensor->bytes();
}
EXPORT void* TfLiteTensorData(const abi::Tensor* tensor) {
  return tensor->data;
}
EXPORT const char* TfLiteTensorName(const abi::Tensor* tensor) {
  return tensor->name.c_str();
}
EXPORT abi::QuantizationParams TfLiteTensorQuantizationParams(const abi::Tensor* tensor) {
  return tensor->quantization;
}
EXPORT abi::AllocationType TfLiteOpaqueTensorGetAllocationType(const abi::Tensor* tensor) {
  return tensor->allocation;
}
EXPORT abi::Status TfLiteTensorCopyFromBuffer(abi::Tensor* tensor, const void* data, std::size_t bytes) {
  if (bytes != tensor->bytes()) return 1;
  std::memcpy(tensor->data, data, bytes);
  return abi::kOk;
}
EXPORT abi::Status TfLiteTensorCopyToBuffer(const abi::Tensor* tensor, void* data, std::size_t bytes) {
  if (bytes != tensor->bytes()) return 1;
  std::memcpy(data, tensor->data, bytes);
  return abi::kOk;
}

EXPORT abi::XnnpackOptions TfLiteXNNPackDelegateOptionsDefault() {
  return {};
}
EXPORT abi::Delegate* TfLiteXNNPackDelegateCreate(const abi::XnnpackOptions*) {
  return new abi::Delegate;
}
EXPORT void TfLiteXNNPackDelegateDelete(abi::Delegate* delegate) {
  delete delegate;
}

EXPORT abi::Status TfLiteInterpreterCancel(const abi::Interpreter* interpreter) {
  interpreter->cancelled = true;
  return abi::kOk;
}

EXPORT abi::Status TfLiteOpaqueTensorGetNumDimsSignature(const abi::Tensor* tensor, std::int32_t* count) {
  *count = static_cast<std::int32_t>(tensor->signature.size());
  return abi::kOk;
}
EXPORT abi::Status TfLiteOpaqueTensorGetDimSignature(const abi::Tensor* tensor, std::int32_t index,
                                                     std::int32_t* size) {
  *size = tensor->signature[static_cast<std::size_t>(index)];
  return abi::kOk;
}

EXPORT abi::Quantization TfLiteOpaqueTensorGetQuantization(const abi::Tensor* tensor) {
  if (tensor->channelScales.empty()) return {0, nullptr};
  // Never freed, as little as it is: TfLiteFloatArray ends in an array of unknown length.
  thread_local std::vector<float> storage;
  thread_local abi::AffineQuantization affine{};
  storage.assign(tensor->channelScales.size() + 1, 0);
  const auto size = static_cast<std::int32_t>(tensor->channelScales.size());
  std::memcpy(storage.data(), &size, sizeof(size));
  std::copy(tensor->channelScales.begin(), tensor->channelScales.end(), storage.begin() + 1);
  affine.scale = reinterpret_cast<const abi::FloatArray*>(storage.data());
  affine.zeroPoint = nullptr;
  affine.dimension = static_cast<std::int32_t>(tensor->shape.size()) - 1;
  return {abi::kAffineQuantization, &affine};
}

EXPORT std::int32_t TfLiteInterpreterGetSignatureCount(const abi::Interpreter* interpreter) {
  return static_cast<std::int32_t>(interpreter->model->signatures.size());
}
EXPORT const char* TfLiteInterpreterGetSignatureKey(const abi::Interpreter* interpreter, std::int32_t index) {
  return interpreter->model->signatures[static_cast<std::size_t>(index)].key.c_str();
}
EXPORT abi::SignatureRunner* TfLiteInterpreterGetSignatureRunner(abi::Interpreter* interpreter,
                                                                 const char* key) {
  for (const abi::SignatureText& text : interpreter->model->signatures) {
    if (text.key != key) continue;
    auto runner = std::make_unique<abi::SignatureRunner>();
    runner->text = &text;
    runner->graph = interpreter;
    if (text.own) {
      const abi::InterpreterOptions options{interpreter->reporter, {}};
      runner->own.reset(TfLiteInterpreterCreate(interpreter->model, &options));
      runner->graph = runner->own.get();
    }
    return runner.release();
  }
  return nullptr;
}
EXPORT void TfLiteSignatureRunnerDelete(abi::SignatureRunner* runner) {
  delete runner;
}
EXPORT std::size_t TfLiteSignatureRunnerGetInputCount(const abi::SignatureRunner* runner) {
  return runner->text->inputs.size();
}
EXPORT std::size_t TfLiteSignatureRunnerGetOutputCount(const abi::SignatureRunner* runner) {
  return runner->text->outputs.size();
}
EXPORT const char* TfLiteSignatureRunnerGetInputName(const abi::SignatureRunner* runner, std::int32_t index) {
  return runner->text->inputs[static_cast<std::size_t>(index)].first.c_str();
}
EXPORT const char* TfLiteSignatureRunnerGetOutputName(const abi::SignatureRunner* runner,
                                                      std::int32_t index) {
  return runner->text->outputs[static_cast<std::size_t>(index)].first.c_str();
}
EXPORT abi::Tensor* TfLiteSignatureRunnerGetInputTensor(abi::SignatureRunner* runner, const char* name) {
  for (const auto& [known, index] : runner->text->inputs) {
    if (known == name) return TfLiteInterpreterGetInputTensor(runner->graph, index);
  }
  return nullptr;
}
EXPORT const abi::Tensor* TfLiteSignatureRunnerGetOutputTensor(const abi::SignatureRunner* runner,
                                                               const char* name) {
  for (const auto& [known, index] : runner->text->outputs) {
    if (known == name) return TfLiteInterpreterGetOutputTensor(runner->graph, index);
  }
  return nullptr;
}
EXPORT abi::Status TfLiteSignatureRunnerAllocateTensors(abi::SignatureRunner* runner) {
  return TfLiteInterpreterAllocateTensors(runner->graph);
}
EXPORT abi::Status TfLiteSignatureRunnerInvoke(abi::SignatureRunner* runner) {
  return TfLiteInterpreterInvoke(runner->graph);
}
EXPORT abi::Status TfLiteSignatureRunnerCancel(abi::SignatureRunner* runner) {
  return TfLiteInterpreterCancel(runner->graph);
}

EXPORT abi::ExternalDelegateOptions TfLiteExternalDelegateOptionsDefault(const char* libraryPath) {
  abi::ExternalDelegateOptions options{};
  options.libraryPath = libraryPath;
  options.insert = [](abi::ExternalDelegateOptions* self, const char* key, const char* value) -> abi::Status {
    if (self->count == 256) return 1;
    self->keys[self->count] = key;
    self->values[self->count++] = value;
    return abi::kOk;
  };
  return options;
}
EXPORT abi::Delegate* TfLiteExternalDelegateCreate(const abi::ExternalDelegateOptions* options) {
  // An option "fail" stands for a device that is not there.
  for (int i = 0; i < options->count; ++i) {
    if (std::strcmp(options->keys[i], "fail") == 0) return nullptr;
  }
  return new abi::Delegate;
}
EXPORT void TfLiteExternalDelegateDelete(abi::Delegate* delegate) {
  delete delegate;
}

/// What makes this library an external delegate too.
EXPORT abi::Delegate* tflite_plugin_create_delegate(char**, char**, std::size_t, void (*)(const char*)) {
  return new abi::Delegate;
}
