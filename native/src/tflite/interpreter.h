#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/session.h"
#include "tflite/delegates.h"
#include "tflite/deleter.h"
#include "tflite/error_log.h"
#include "tflite/model.h"
#include "tflite/settings.h"

namespace edge::tflite {

/// The interpreter that runs a model's primary graph.
///
/// Not thread-safe, but for `cancel`: one caller at a time, on any thread.
class Interpreter {
 public:
  /// Applies delegates and allocates tensors.
  /// @throws Error MODEL_INVALID, MODEL_UNSUPPORTED, SHAPE_MISMATCH, LIBRARY_INCOMPATIBLE, LIBRARY_NOT_FOUND,
  ///   OUT_OF_MEMORY.
  Interpreter(const Library& library, std::shared_ptr<const Model> model,
              const InterpreterSettings& settings);

  const Library& library() const noexcept { return library_; }
  abi::Interpreter* get() const noexcept { return interpreter_.get(); }
  ErrorLog& log() noexcept { return log_; }
  const std::vector<TensorDesc>& inputs() const noexcept { return inputs_; }
  const std::vector<TensorDesc>& outputs() const noexcept { return outputs_; }
  const std::vector<std::string>& delegates() const noexcept { return delegates_.names(); }

  /// Runs the model on a request's buffers.
  /// @param id tells requests apart: one whose buffers are bound already is not bound again.
  /// @throws Error INFERENCE_FAILED, ABORTED, OUT_OF_MEMORY.
  void run(std::uint64_t id, Request& request);

  /// Stops a run at work before its next operator. From any thread.
  void cancel() const noexcept;

  /// The next run binds its request's buffers anew, whatever it is: something else ran the graphs meanwhile.
  void forgetBinding() noexcept { bound_ = 0; }

  /// Keeps the buffers that are bound until others are, even where their request is gone. For models with
  /// graphs that run on their own, and may run the primary one.
  void keepBound() noexcept { keepsBound_ = true; }

 private:
  void create(const InterpreterSettings& settings);
  void setShapes(const std::vector<InputShape>& shapes);
  void describeTensors();
  void bind(const Request& request);
  void bindTensor(int index, const std::shared_ptr<Buffer>& buffer, const std::string& name);
  void writeCopiedInputs(const Request& request);
  void readCopiedOutputs(Request& request);

  const Library& library_;
  // The order is the order of construction: the interpreter, last, is destroyed first. It refers to the
  // delegates, both refer to the model, and all may report errors to the end.
  ErrorLog log_;
  std::shared_ptr<const Model> model_;
  Delegates delegates_;
  Owned<abi::Interpreter> interpreter_;

  std::vector<TensorDesc> inputs_;
  std::vector<TensorDesc> outputs_;
  std::vector<int> inputIndices_;
  std::vector<int> outputIndices_;
  bool copiesInputs_ = false;
  bool copiesOutputs_ = false;
  std::uint64_t bound_ = 0;
  bool keepsBound_ = false;
  std::vector<std::shared_ptr<Buffer>> kept_;
};

/// Copies what a run returned into a request's output, into a new buffer if its size was not known before.
/// @throws Error INFERENCE_FAILED, OUT_OF_MEMORY.
void readOutput(const Library& library, const abi::Tensor* tensor, const TensorDesc& desc, std::size_t output,
                Request& request);

/// The error for tensors that could not be allocated: `MODEL_UNSUPPORTED` where an operator is missing.
/// @param what what could not be done
/// @param reason what the library reported
Error allocationFailure(const std::string& what, const std::string& reason);

/// The error for a status that a run returned.
Error runFailure(abi::Status status, ErrorLog& log);

}  // namespace edge::tflite
