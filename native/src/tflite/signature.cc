#include "tflite/signature.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "tflite/tensor_description.h"

namespace edge::tflite {
namespace {

/// Finds tensors among those of the primary graph.
/// @returns whether all of them are there.
bool locate(const std::vector<const abi::Tensor*>& tensors, const std::vector<const abi::Tensor*>& graph,
            std::vector<std::size_t>& places) {
  places.clear();
  for (const abi::Tensor* tensor : tensors) {
    const auto place = std::find(graph.begin(), graph.end(), tensor);
    if (place == graph.end()) return false;
    places.push_back(static_cast<std::size_t>(place - graph.begin()));
  }
  return true;
}

std::vector<TensorDesc> renamed(const std::vector<TensorDesc>& graph, const std::vector<std::size_t>& places,
                                const std::vector<std::string>& names) {
  std::vector<TensorDesc> descs;
  for (std::size_t i = 0; i < places.size(); ++i) {
    descs.push_back(graph[places[i]]);
    descs.back().name = names[i];
  }
  return descs;
}

}  // namespace

std::vector<std::shared_ptr<Signature>> Signature::all(const std::shared_ptr<Interpreter>& interpreter) {
  const Library& library = interpreter->library();
  std::vector<std::shared_ptr<Signature>> signatures;
  if (!library.hasSignatures()) return signatures;
  const std::int32_t count = library.InterpreterGetSignatureCount(interpreter->get());
  for (std::int32_t i = 0; i < count; ++i) {
    const char* key = library.InterpreterGetSignatureKey(interpreter->get(), i);
    if (key != nullptr) signatures.push_back(std::make_shared<Signature>(interpreter, key));
  }
  return signatures;
}

Signature::Signature(std::shared_ptr<Interpreter> interpreter, std::string key)
    : library_(interpreter->library()),
      interpreter_(std::move(interpreter)),
      runner_(library_.InterpreterGetSignatureRunner(interpreter_->get(), key.c_str()), Deleter{&library_}) {
  desc_.key = std::move(key);
  if (runner_ == nullptr) {
    throw Error(ErrorCode::MODEL_INVALID, {"the model's signature \"" + desc_.key + "\" cannot be used", "",
                                           interpreter_->log().takeOrSilence(), "Convert the model again."});
  }
  if (findOnPrimaryGraph()) {
    runner_.reset();
  } else {
    describeOtherGraph();
  }
}

std::vector<std::string> Signature::names(bool inputs) const {
  const auto countOf =
      inputs ? library_.SignatureRunnerGetInputCount : library_.SignatureRunnerGetOutputCount;
  const auto nameOf = inputs ? library_.SignatureRunnerGetInputName : library_.SignatureRunnerGetOutputName;
  std::vector<std::string> found;
  const auto count = static_cast<std::int32_t>(countOf(runner_.get()));
  for (std::int32_t i = 0; i < count; ++i) {
    const char* name = nameOf(runner_.get(), i);
    found.emplace_back(name != nullptr ? name : "");
  }
  return found;
}

bool Signature::findOnPrimaryGraph() {
  std::vector<const abi::Tensor*> graphInputs;
  graphInputs.reserve(interpreter_->inputs().size());
  for (std::size_t i = 0; i < interpreter_->inputs().size(); ++i) {
    graphInputs.push_back(
        library_.InterpreterGetInputTensor(interpreter_->get(), static_cast<std::int32_t>(i)));
  }
  std::vector<const abi::Tensor*> graphOutputs;
  graphOutputs.reserve(interpreter_->outputs().size());
  for (std::size_t i = 0; i < interpreter_->outputs().size(); ++i) {
    graphOutputs.push_back(
        library_.InterpreterGetOutputTensor(interpreter_->get(), static_cast<std::int32_t>(i)));
  }
  const std::vector<std::string> inputNames = names(true);
  const std::vector<std::string> outputNames = names(false);
  std::vector<const abi::Tensor*> inputs;
  inputs.reserve(inputNames.size());
  for (const std::string& name : inputNames) {
    inputs.push_back(library_.SignatureRunnerGetInputTensor(runner_.get(), name.c_str()));
  }
  std::vector<const abi::Tensor*> outputs;
  outputs.reserve(outputNames.size());
  for (const std::string& name : outputNames) {
    outputs.push_back(library_.SignatureRunnerGetOutputTensor(runner_.get(), name.c_str()));
  }
  if (!locate(inputs, graphInputs, graphInputs_) || !locate(outputs, graphOutputs, graphOutputs_))
    return false;
  desc_.inputs = renamed(interpreter_->inputs(), graphInputs_, inputNames);
  desc_.outputs = renamed(interpreter_->outputs(), graphOutputs_, outputNames);
  return true;
}

void Signature::describeOtherGraph() {
  if (library_.SignatureRunnerAllocateTensors(runner_.get()) != abi::kOk) {
    throw allocationFailure("the tensors of the model's signature \"" + desc_.key + "\" cannot be allocated",
                            interpreter_->log().takeOrSilence());
  }
  const auto add = [&](std::vector<TensorDesc>& descs, const std::string& name, const abi::Tensor* tensor) {
    const std::string label = "tensor \"" + name + "\" of signature \"" + desc_.key + "\"";
    TensorDesc desc = &descs == &desc_.outputs ? describeOutput(library_, tensor, label)
                                               : describe(library_, tensor, label);
    desc.name = name;
    desc.copied = true;
    descs.push_back(std::move(desc));
  };
  for (const std::string& name : names(true)) {
    add(desc_.inputs, name, library_.SignatureRunnerGetInputTensor(runner_.get(), name.c_str()));
  }
  for (const std::string& name : names(false)) {
    add(desc_.outputs, name, library_.SignatureRunnerGetOutputTensor(runner_.get(), name.c_str()));
  }
}

void Signature::run(Request& request) {
  for (std::size_t i = 0; i < desc_.inputs.size(); ++i) {
    const TensorDesc& input = desc_.inputs[i];
    abi::Tensor* tensor = library_.SignatureRunnerGetInputTensor(runner_.get(), input.name.c_str());
    if (library_.TensorCopyFromBuffer(tensor, request.inputs()[i]->data(), input.bytes) != abi::kOk) {
      throw Error(ErrorCode::INFERENCE_FAILED, {"the input \"" + input.name + "\" could not be written", "",
                                                interpreter_->log().takeOrSilence(), ""});
    }
  }
  // An operator of the signature's graph may run the primary one.
  interpreter_->forgetBinding();
  const abi::Status status = library_.SignatureRunnerInvoke(runner_.get());
  if (status != abi::kOk) throw runFailure(status, interpreter_->log());
  for (std::size_t i = 0; i < desc_.outputs.size(); ++i) {
    const TensorDesc& output = desc_.outputs[i];
    readOutput(library_, library_.SignatureRunnerGetOutputTensor(runner_.get(), output.name.c_str()), output,
               i, request);
  }
}

void Signature::cancel() const noexcept {
  library_.SignatureRunnerCancel(runner_.get());
}

}  // namespace edge::tflite
