#include "tflite/interpreter.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/error.h"
#include "tflite/tensor_description.h"

namespace edge::tflite {
namespace {

bool contains(const std::vector<int>& values, std::size_t count, int wanted) {
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(count);
  return std::find(values.begin(), end, wanted) != end;
}

}  // namespace

Interpreter::Interpreter(const Library& library, std::shared_ptr<const Model> model,
                         const InterpreterSettings& settings)
    : library_(library),
      model_(std::move(model)),
      delegates_(library, settings),
      interpreter_(nullptr, Deleter{&library}) {
  create(settings);
  setShapes(settings.shapes);
  if (library_.InterpreterAllocateTensors(interpreter_.get()) != abi::kOk) {
    const char* const what = "TensorFlow Lite cannot allocate the model's tensors";
    if (settings.shapes.empty()) throw allocationFailure(what, log_.takeOrSilence());
    throw Error(ErrorCode::SHAPE_MISMATCH,
                {what, "shapes that the model can take", log_.takeOrSilence(),
                 "Convert the model with dimensions that may change, or keep its shapes."});
  }
  describeTensors();
}

void Interpreter::create(const InterpreterSettings& settings) {
  const Owned<abi::InterpreterOptions> options(library_.InterpreterOptionsCreate(), Deleter{&library_});
  if (options == nullptr) {
    throw Error(ErrorCode::OUT_OF_MEMORY, {"TensorFlow Lite could not allocate its options", "", "", ""});
  }
  library_.InterpreterOptionsSetNumThreads(options.get(), settings.threads);
  library_.InterpreterOptionsSetErrorReporter(options.get(), &ErrorLog::report, &log_);
  if (library_.InterpreterOptionsEnableCancellation != nullptr) {
    library_.InterpreterOptionsEnableCancellation(options.get(), true);
  }
  delegates_.addTo(options.get());
  interpreter_.reset(library_.InterpreterCreate(model_->get(), options.get()));
  if (interpreter_ == nullptr) {
    throw Error(
        ErrorCode::MODEL_UNSUPPORTED,
        {"TensorFlow Lite " + library_.info().version + " cannot make an interpreter for the model", "",
         log_.takeOrSilence(),
         "The message names the operator or version that is missing; convert the model for this version."});
  }
}

void Interpreter::setShapes(const std::vector<InputShape>& shapes) {
  const auto inputs = static_cast<std::size_t>(library_.InterpreterGetInputTensorCount(interpreter_.get()));
  for (const InputShape& input : shapes) {
    if (input.input >= inputs) {
      throw Error(ErrorCode::TENSOR_NOT_FOUND,
                  {"an input that does not exist was given a shape", std::to_string(inputs) + " inputs",
                   std::to_string(input.input), ""});
    }
    std::vector<int> dims;
    for (const std::int64_t size : input.shape) {
      if (size < 1 || size > std::numeric_limits<int>::max()) {
        throw Error(ErrorCode::SHAPE_MISMATCH, {"a shape has a dimension out of range",
                                                "dimensions of at least 1", shapeText(input.shape), ""});
      }
      dims.push_back(static_cast<int>(size));
    }
    if (library_.InterpreterResizeInputTensor(interpreter_.get(), static_cast<std::int32_t>(input.input),
                                              dims.data(),
                                              static_cast<std::int32_t>(dims.size())) != abi::kOk) {
      throw Error(ErrorCode::SHAPE_MISMATCH,
                  {"TensorFlow Lite refuses the shape " + shapeText(input.shape), "", log_.takeOrSilence(),
                   "Keep the number of dimensions of the model."});
    }
  }
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
    const auto place = static_cast<std::size_t>(i);
    TensorDesc desc = describe(library_, library_.InterpreterGetInputTensor(interpreter_.get(), i),
                               "input " + std::to_string(i));
    // One tensor listed twice cannot lie at two places.
    desc.copied = desc.copied || contains(inputIndices_, place, inputIndices_[place]);
    copiesInputs_ = copiesInputs_ || desc.copied;
    inputs_.push_back(std::move(desc));
  }
  for (std::int32_t i = 0; i < outputs; ++i) {
    const auto place = static_cast<std::size_t>(i);
    TensorDesc desc = describeOutput(library_, library_.InterpreterGetOutputTensor(interpreter_.get(), i),
                                     "output " + std::to_string(i));
    // An input passed through as an output stays where the input is.
    desc.copied = desc.copied || contains(outputIndices_, place, outputIndices_[place]) ||
                  contains(inputIndices_, inputIndices_.size(), outputIndices_[place]);
    copiesOutputs_ = copiesOutputs_ || desc.copied;
    outputs_.push_back(std::move(desc));
  }
}

void Interpreter::run(std::uint64_t id, Request& request) {
  if (id != bound_) {
    bound_ = 0;
    bind(request);
    bound_ = id;
  }
  log_.clear();  // what earlier runs said is not why this one fails
  if (copiesInputs_) writeCopiedInputs(request);
  const abi::Status status = library_.InterpreterInvoke(interpreter_.get());
  if (status != abi::kOk) {
    // What state it left the tensors in, nobody says.
    forgetBinding();
    throw runFailure(status, log_);
  }
  if (copiesOutputs_) readCopiedOutputs(request);
}

void Interpreter::cancel() const noexcept {
  if (library_.InterpreterCancel != nullptr) library_.InterpreterCancel(interpreter_.get());
}

void Interpreter::writeCopiedInputs(const Request& request) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!inputs_[i].copied) continue;
    abi::Tensor* tensor =
        library_.InterpreterGetInputTensor(interpreter_.get(), static_cast<std::int32_t>(i));
    if (library_.TensorCopyFromBuffer(tensor, request.inputs()[i]->data(), inputs_[i].bytes) != abi::kOk) {
      throw Error(ErrorCode::INFERENCE_FAILED, {"the input \"" + inputs_[i].name + "\" could not be written",
                                                "", log_.takeOrSilence(), ""});
    }
  }
}

void Interpreter::readCopiedOutputs(Request& request) {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (!outputs_[i].copied) continue;
    readOutput(library_,
               library_.InterpreterGetOutputTensor(interpreter_.get(), static_cast<std::int32_t>(i)),
               outputs_[i], i, request);
  }
}

void Interpreter::bind(const Request& request) {
  Request::Buffers replaced;
  if (keepsBound_) {
    replaced = std::exchange(kept_, request.inputs());
    kept_.insert(kept_.end(), request.outputs().begin(), request.outputs().end());
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!inputs_[i].copied) bindTensor(inputIndices_[i], request.inputs()[i], inputs_[i].name);
  }
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (!outputs_[i].copied) bindTensor(outputIndices_[i], request.outputs()[i], outputs_[i].name);
  }
  // Cheap when nothing else changed: the plan is kept, the new memory is checked.
  if (library_.InterpreterAllocateTensors(interpreter_.get()) != abi::kOk) {
    throw Error(ErrorCode::INFERENCE_FAILED,
                {"TensorFlow Lite refuses the request's buffers", "", log_.takeOrSilence(), ""});
  }
}

void Interpreter::bindTensor(int index, const std::shared_ptr<Buffer>& buffer, const std::string& name) {
  const abi::CustomAllocation allocation{buffer->data(), buffer->capacity()};
  if (library_.InterpreterSetCustomAllocationForTensor(interpreter_.get(), index, &allocation, 0) !=
      abi::kOk) {
    throw Error(ErrorCode::INFERENCE_FAILED, {"TensorFlow Lite refuses the buffer of tensor \"" + name + "\"",
                                              "", log_.takeOrSilence(), ""});
  }
}

void readOutput(const Library& library, const abi::Tensor* tensor, const TensorDesc& desc, std::size_t output,
                Request& request) {
  const std::size_t bytes = library.TensorByteSize(tensor);
  if (desc.dynamic) {
    request.replaceOutput(output, std::make_shared<Buffer>(bytes), shapeOf(library, tensor));
  }
  const std::shared_ptr<Buffer>& buffer = request.outputs()[output];
  if (bytes == 0 && buffer->bytes() == 0) return;
  if (bytes != buffer->bytes() || library.TensorData(tensor) == nullptr ||
      library.TensorCopyToBuffer(tensor, buffer->data(), bytes) != abi::kOk) {
    throw Error(ErrorCode::INFERENCE_FAILED,
                {"the output \"" + desc.name + "\" could not be read", "", "", ""});
  }
}

Error allocationFailure(const std::string& what, const std::string& reason) {
  // Only these words of the library tell an operator that it does not have from a model that is wrong.
  for (const char* words : {"unresolved custom op", "Select TensorFlow op"}) {
    if (reason.find(words) == std::string::npos) continue;
    return {ErrorCode::MODEL_UNSUPPORTED,
            {"the model has an operator that TensorFlow Lite does not have", "built-in operators", reason,
             "Convert the model with built-in operators only, or give the delegate that has this one."}};
  }
  return {ErrorCode::MODEL_INVALID,
          {what, "", reason, "Convert the model again, or copy it again if it was transferred."}};
}

Error runFailure(abi::Status status, ErrorLog& log) {
  if (status == abi::kCancelled) {
    log.take();
    return {ErrorCode::ABORTED, {"the run was aborted", "", "", ""}};
  }
  return {ErrorCode::INFERENCE_FAILED,
          {"TensorFlow Lite failed to run the model", "", log.takeOrSilence(), ""}};
}

}  // namespace edge::tflite
