#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/buffer.h"
#include "core/session.h"
#include "tflite/error_log.h"
#include "tflite/library.h"

namespace edge::tflite {

/// A model's path, or the bytes of the file.
using ModelContent = std::variant<std::string, std::shared_ptr<const Buffer>>;

/// How to make an interpreter.
struct InterpreterSettings {
  int threads = 1;
  bool xnnpack = true;
};

/// A model and the interpreter that runs it, with everything that must outlive it.
///
/// Not thread-safe: one caller at a time, on any thread.
class Interpreter {
 public:
  /// Loads the model, applies delegates and allocates tensors.
  /// @throws Error MODEL_INVALID, MODEL_UNSUPPORTED, LIBRARY_INCOMPATIBLE, OUT_OF_MEMORY.
  Interpreter(const Library& library, ModelContent content, const InterpreterSettings& settings);

  const Library& library() const noexcept { return library_; }
  const std::vector<TensorDesc>& inputs() const noexcept { return inputs_; }
  const std::vector<TensorDesc>& outputs() const noexcept { return outputs_; }
  const std::vector<std::string>& delegates() const noexcept { return delegateNames_; }

  /// Runs the model on a request's buffers.
  /// @param request tells requests apart: a request whose buffers are bound already is not bound again.
  /// @throws Error INFERENCE_FAILED.
  void run(std::uint64_t request, const Request::Buffers& inputs, const Request::Buffers& outputs);

 private:
  struct Delete {
    const Library* library;
    void operator()(abi::Model* model) const noexcept { library->ModelDelete(model); }
    void operator()(abi::Delegate* delegate) const noexcept { library->XNNPackDelegateDelete(delegate); }
    void operator()(abi::InterpreterOptions* options) const noexcept {
      library->InterpreterOptionsDelete(options);
    }
    void operator()(abi::Interpreter* interpreter) const noexcept { library->InterpreterDelete(interpreter); }
  };

  void loadModel();
  void applyXnnpack(abi::InterpreterOptions* options, int threads);
  void describeTensors();
  TensorDesc describe(const abi::Tensor* tensor, const char* kind, std::int32_t index) const;
  void bind(const Request::Buffers& inputs, const Request::Buffers& outputs);
  void bindTensor(int index, const std::shared_ptr<Buffer>& buffer, const std::string& name);

  const Library& library_;
  // The order is the order of construction: the interpreter, last, is destroyed first. It refers to the
  // delegate, both refer to the model, the model to its bytes, and all may report errors to the end.
  ErrorLog log_;
  ModelContent content_;
  std::unique_ptr<abi::Model, Delete> model_;
  std::unique_ptr<abi::Delegate, Delete> xnnpack_;
  std::unique_ptr<abi::Interpreter, Delete> interpreter_;

  std::vector<std::string> delegateNames_;
  std::vector<TensorDesc> inputs_;
  std::vector<TensorDesc> outputs_;
  std::vector<int> inputIndices_;
  std::vector<int> outputIndices_;
  std::uint64_t boundRequest_ = 0;
};

}  // namespace edge::tflite
