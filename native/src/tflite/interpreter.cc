#include "tflite/interpreter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.h"

namespace edge::tflite {
namespace {

std::optional<DType> dtypeOf(abi::Type type) {
  switch (type) {
    case abi::Type::float32:
      return DType::float32;
    case abi::Type::float16:
      return DType::float16;
    case abi::Type::float64:
      return DType::float64;
    case abi::Type::int8:
      return DType::int8;
    case abi::Type::uint8:
      return DType::uint8;
    case abi::Type::int16:
      return DType::int16;
    case abi::Type::uint16:
      return DType::uint16;
    case abi::Type::int32:
      return DType::int32;
    case abi::Type::uint32:
      return DType::uint32;
    case abi::Type::int64:
      return DType::int64;
    case abi::Type::uint64:
      return DType::uint64;
    case abi::Type::boolean:
      return DType::boolean;
    default:
      return std::nullopt;
  }
}

std::string orSilence(const std::string& text) {
  return text.empty() ? "no reason given by TensorFlow Lite" : text;
}

bool contains(const std::vector<int>& values, std::size_t count, int wanted) {
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(count);
  return std::find(values.begin(), end, wanted) != end;
}

}  // namespace

Interpreter::Interpreter(const Library& library, ModelContent content, const InterpreterSettings& settings)
    : library_(library),
      content_(std::move(content)),
      model_(nullptr, Delete{&library}),
      xnnpack_(nullptr, Delete{&library}),
      interpreter_(nullptr, Delete{&library}) {
  loadModel();
  const std::unique_ptr<abi::InterpreterOptions, Delete> options(library_.InterpreterOptionsCreate(),
                                                                 Delete{&library_});
  if (options == nullptr)
    throw Error(ErrorCode::OUT_OF_MEMORY, {"TensorFlow Lite could not allocate its options", "", "", ""});
  library_.InterpreterOptionsSetNumThreads(options.get(), settings.threads);
  library_.InterpreterOptionsSetErrorReporter(options.get(), &ErrorLog::report, &log_);
  if (settings.xnnpack) applyXnnpack(options.get(), settings.threads);
  interpreter_.reset(library_.InterpreterCreate(model_.get(), options.get()));
  if (interpreter_ == nullptr) {
    throw Error(
        ErrorCode::MODEL_UNSUPPORTED,
        {"TensorFlow Lite " + library_.info().version + " cannot make an interpreter for the model", "",
         orSilence(log_.take()),
         "The message names the operator or version that is missing; convert the model for this version."});
  }
  if (library_.InterpreterAllocateTensors(interpreter_.get()) != abi::kOk) {
    throw Error(ErrorCode::MODEL_INVALID,
                {"TensorFlow Lite cannot allocate the model's tensors", "", orSilence(log_.take()),
                 "Convert the model again, or copy it again if it was transferred."});
  }
  describeTensors();
  log_.take();  // warnings of the set-up are not the reason of a run that fails later
}

void Interpreter::loadModel() {
  if (const auto* path = std::get_if<std::string>(&content_)) {
    model_.reset(library_.ModelCreateFromFileWithErrorReporter(path->c_str(), &ErrorLog::report, &log_));
  } else {
    const auto& bytes = std::get<std::shared_ptr<const Buffer>>(content_);
    model_.reset(
        library_.ModelCreateWithErrorReporter(bytes->data(), bytes->bytes(), &ErrorLog::report, &log_));
  }
  if (model_ == nullptr) {
    throw Error(ErrorCode::MODEL_INVALID,
                {"TensorFlow Lite refuses the model file", "a complete .tflite file", orSilence(log_.take()),
                 "Copy or download the model again."});
  }
}

void Interpreter::applyXnnpack(abi::InterpreterOptions* options, int threads) {
  if (library_.XNNPackDelegateOptionsDefault == nullptr || library_.XNNPackDelegateCreate == nullptr ||
      library_.XNNPackDelegateDelete == nullptr) {
    throw Error(ErrorCode::LIBRARY_INCOMPATIBLE,
                {"the library " + library_.info().path + " was built without XNNPACK",
                 "a build with the XNNPACK delegate", "",
                 "Use another build, or open with xnnpack: false, which is many times slower."});
  }
  abi::XnnpackOptions delegateOptions = library_.XNNPackDelegateOptionsDefault();
  delegateOptions.numThreads = threads;
  xnnpack_.reset(library_.XNNPackDelegateCreate(&delegateOptions));
  if (xnnpack_ == nullptr) {
    throw Error(ErrorCode::OUT_OF_MEMORY,
                {"XNNPACK could not be set up", "", "", "Open with xnnpack: false."});
  }
  library_.InterpreterOptionsAddDelegate(options, xnnpack_.get());
  delegateNames_.emplace_back("xnnpack");
}

void Interpreter::describeTensors() {
  const std::int32_t inputs = library_.InterpreterGetInputTensorCount(interpreter_.get());
  const std::int32_t outputs = library_.InterpreterGetOutputTensorCount(interpreter_.get());
  if (outputs < 1) {
    throw Error(ErrorCode::MODEL_UNSUPPORTED,
                {"the model has no output", "at least one output tensor", "none", ""});
  }
  const int* inputIndices = library_.InterpreterInputTensorIndices(interpreter_.get());
  const int* outputIndices = library_.InterpreterOutputTensorIndices(interpreter_.get());
  inputIndices_.assign(inputIndices, inputIndices + inputs);
  outputIndices_.assign(outputIndices, outputIndices + outputs);

  for (std::int32_t i = 0; i < inputs; ++i) {
    TensorDesc desc = describe(library_.InterpreterGetInputTensor(interpreter_.get(), i), "input", i);
    // One tensor listed twice cannot lie at two places.
    desc.copied = desc.copied || contains(inputIndices_, static_cast<std::size_t>(i),
                                          inputIndices_[static_cast<std::size_t>(i)]);
    inputs_.push_back(std::move(desc));
  }
  for (std::int32_t i = 0; i < outputs; ++i) {
    TensorDesc desc = describe(library_.InterpreterGetOutputTensor(interpreter_.get(), i), "output", i);
    const int index = outputIndices_[static_cast<std::size_t>(i)];
    // An input passed through as an output stays where the input is.
    desc.copied = desc.copied || contains(outputIndices_, static_cast<std::size_t>(i), index) ||
                  contains(inputIndices_, inputIndices_.size(), index);
    outputs_.push_back(std::move(desc));
  }
}

TensorDesc Interpreter::describe(const abi::Tensor* tensor, const char* kind, std::int32_t index) const {
  const std::string label = std::string(kind) + " " + std::to_string(index);
  if (tensor == nullptr)
    throw Error(ErrorCode::MODEL_INVALID, {"the model's " + label + " does not exist", "", "", ""});
  TensorDesc desc;
  if (const char* name = library_.TensorName(tensor); name != nullptr) desc.name = name;
  const abi::Type type = library_.TensorType(tensor);
  const std::optional<DType> dtype = dtypeOf(type);
  if (!dtype) {
    throw Error(
        ErrorCode::MODEL_UNSUPPORTED,
        {"the model's " + label + " (\"" + desc.name + "\") is of a type that JavaScript cannot hold",
         "numbers or booleans",
         type == abi::Type::string ? "strings" : "TFLite type " + std::to_string(static_cast<int>(type)),
         "Convert the model so that its inputs and outputs are numbers."});
  }
  desc.dtype = *dtype;
  const std::int32_t dims = library_.TensorNumDims(tensor);
  for (std::int32_t d = 0; d < dims; ++d) desc.shape.push_back(library_.TensorDim(tensor, d));
  desc.bytes = library_.TensorByteSize(tensor);
  const abi::QuantizationParams quantization = library_.TensorQuantizationParams(tensor);
  if (quantization.scale != 0) desc.quantization = Quantization{quantization.scale, quantization.zeroPoint};
  if (library_.OpaqueTensorGetAllocationType != nullptr) {
    const abi::AllocationType allocation = library_.OpaqueTensorGetAllocationType(tensor);
    if (allocation == abi::AllocationType::dynamic) {
      throw Error(ErrorCode::MODEL_UNSUPPORTED, {"the model's " + label + " (\"" + desc.name +
                                                     "\") has a shape that is known only after a run",
                                                 "fixed shapes", "", "Convert the model with fixed shapes."});
    }
    desc.copied =
        allocation != abi::AllocationType::arena && allocation != abi::AllocationType::arenaPersistent;
  }
  return desc;
}

void Interpreter::run(std::uint64_t request, const Request::Buffers& inputs,
                      const Request::Buffers& outputs) {
  if (request != boundRequest_) {
    boundRequest_ = 0;
    bind(inputs, outputs);
    boundRequest_ = request;
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!inputs_[i].copied) continue;
    library_.TensorCopyFromBuffer(
        library_.InterpreterGetInputTensor(interpreter_.get(), static_cast<std::int32_t>(i)),
        inputs[i]->data(), inputs_[i].bytes);
  }
  if (library_.InterpreterInvoke(interpreter_.get()) != abi::kOk) {
    throw Error(ErrorCode::INFERENCE_FAILED,
                {"TensorFlow Lite failed to run the model", "", orSilence(log_.take()), ""});
  }
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (!outputs_[i].copied) continue;
    const abi::Tensor* tensor =
        library_.InterpreterGetOutputTensor(interpreter_.get(), static_cast<std::int32_t>(i));
    if (library_.TensorCopyToBuffer(tensor, outputs[i]->data(), outputs_[i].bytes) != abi::kOk) {
      throw Error(ErrorCode::INFERENCE_FAILED,
                  {"the output \"" + outputs_[i].name + "\" could not be read", "", "", ""});
    }
  }
}

void Interpreter::bind(const Request::Buffers& inputs, const Request::Buffers& outputs) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!inputs_[i].copied) bindTensor(inputIndices_[i], inputs[i], inputs_[i].name);
  }
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (!outputs_[i].copied) bindTensor(outputIndices_[i], outputs[i], outputs_[i].name);
  }
  // Cheap when nothing else changed: the plan is kept, the new memory is checked.
  if (library_.InterpreterAllocateTensors(interpreter_.get()) != abi::kOk) {
    throw Error(ErrorCode::INFERENCE_FAILED,
                {"TensorFlow Lite refuses the request's buffers", "", orSilence(log_.take()), ""});
  }
}

void Interpreter::bindTensor(int index, const std::shared_ptr<Buffer>& buffer, const std::string& name) {
  const abi::CustomAllocation allocation{buffer->data(), buffer->capacity()};
  if (library_.InterpreterSetCustomAllocationForTensor(interpreter_.get(), index, &allocation, 0) !=
      abi::kOk) {
    throw Error(ErrorCode::INFERENCE_FAILED, {"TensorFlow Lite refuses the buffer of tensor \"" + name + "\"",
                                              "", orSilence(log_.take()), ""});
  }
}

}  // namespace edge::tflite
