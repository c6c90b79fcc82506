// A test double of TensorFlow Lite's C library: the same functions, a model format of one line of text, and
// failures on request.
//
// The real library can't be told to fail, to be slow, or to have a tensor of an odd kind. A model is eight
// bytes that look like a .tflite file's ("....TFL3"), then fields separated by spaces:
//
//   in=NAME:TYPE:2x3   an input, once for each        out=NAME:TYPE:2x3[:constant|:dynamic]   an output, once
//   for each alias=1            output 0 is input 0 itself     quantization=SCALE,ZEROPOINT            of
//   every tensor delay=MS           each inference takes that long
//   fail=model|interpreter|allocate|bind|invoke
//
// An inference writes `2 × input` to the output of the same number, element by element, as far as both go.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tflite/abi.h"

namespace abi = edge::tflite::abi;

namespace {

std::atomic<int> liveObjects{0};

struct Live {
  Live() { ++liveObjects; }
  ~Live() { --liveObjects; }
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;
};

struct Reporter {
  abi::ErrorReporter function = nullptr;
  void* user = nullptr;

  void operator()(const char* format, ...) const {
    if (function == nullptr) return;
    std::va_list arguments;
    va_start(arguments, format);
    function(user, format, arguments);
    va_end(arguments);
  }
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::size_t elementBytes(abi::Type type) {
  switch (type) {
    case abi::Type::float32:
    case abi::Type::int32:
      return 4;
    case abi::Type::int64:
    case abi::Type::float64:
      return 8;
    default:
      return 1;
  }
}

abi::Type typeNamed(const std::string& name) {
  if (name == "float32") return abi::Type::float32;
  if (name == "uint8") return abi::Type::uint8;
  if (name == "int8") return abi::Type::int8;
  if (name == "int64") return abi::Type::int64;
  if (name == "bool") return abi::Type::boolean;
  return abi::Type::string;
}

}  // namespace

namespace edge::tflite::abi {

struct Tensor {
  std::string name;
  Type type = Type::float32;
  std::vector<int> shape;
  AllocationType allocation = AllocationType::arena;
  QuantizationParams quantization{0, 0};
  std::vector<unsigned char> arena;
  void* data = nullptr;

  std::size_t bytes() const {
    std::size_t count = elementBytes(type);
    for (const int dimension : shape) count *= static_cast<std::size_t>(dimension);
    return count;
  }
};

struct Model {
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
  bool alias = false;
  int delayMs = 0;
  std::string fail;
  Live live;
};

struct InterpreterOptions {
  Reporter reporter;
  Live live;
};

struct Delegate {
  Live live;
};

struct Interpreter {
  std::vector<Tensor> tensors;
  std::vector<int> inputs;
  std::vector<int> outputs;
  int delayMs = 0;
  std::string fail;
  Reporter reporter;
  Live live;

  bool failsAt(const char* step) const {
    if (fail != step) return false;
    reporter("the double fails at %s", step);
    return true;
  }
};

}  // namespace edge::tflite::abi

namespace {

abi::Tensor parseTensor(const std::string& text) {
  const std::vector<std::string> parts = split(text, ':');
  abi::Tensor tensor;
  tensor.name = parts.at(0);
  tensor.type = typeNamed(parts.at(1));
  for (const std::string& dimension : split(parts.at(2), 'x')) tensor.shape.push_back(std::stoi(dimension));
  if (parts.size() > 3 && parts[3] == "constant") tensor.allocation = abi::AllocationType::mappedReadOnly;
  if (parts.size() > 3 && parts[3] == "dynamic") tensor.allocation = abi::AllocationType::dynamic;
  return tensor;
}

abi::Model* parseModel(const std::string& content, const Reporter& reporter) {
  if (content.size() < 8 || content.compare(4, 4, "TFL3") != 0) {
    reporter("not a model: %d bytes", static_cast<int>(content.size()));
    return nullptr;
  }
  auto model = std::make_unique<abi::Model>();
  abi::QuantizationParams quantization{0, 0};
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
    if (key == "quantization") {
      const std::vector<std::string> numbers = split(value, ',');
      quantization = {std::stof(numbers.at(0)), std::stoi(numbers.at(1))};
    }
  }
  for (abi::Tensor& tensor : model->inputs) tensor.quantization = quantization;
  for (abi::Tensor& tensor : model->outputs) tensor.quantization = quantization;
  if (model->fail == "model") {
    reporter("the double fails at %s", "model");
    return nullptr;
  }
  return model.release();
}

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
  return liveObjects;
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

EXPORT abi::Interpreter* TfLiteInterpreterCreate(const abi::Model* model,
                                                 const abi::InterpreterOptions* options) {
  auto interpreter = std::make_unique<abi::Interpreter>();
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
    if (tensor.data != nullptr) continue;
    tensor.arena.resize(tensor.bytes());
    tensor.data = tensor.arena.data();
  }
  return abi::kOk;
}

EXPORT abi::Status TfLiteInterpreterInvoke(abi::Interpreter* interpreter) {
  if (interpreter->delayMs > 0) std::this_thread::sleep_for(std::chrono::milliseconds(interpreter->delayMs));
  if (interpreter->failsAt("invoke")) return 1;
  for (std::size_t i = 0; i < std::min(interpreter->inputs.size(), interpreter->outputs.size()); ++i) {
    const abi::Tensor& input = interpreter->tensors[static_cast<std::size_t>(interpreter->inputs[i])];
    const abi::Tensor& output = interpreter->tensors[static_cast<std::size_t>(interpreter->outputs[i])];
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
