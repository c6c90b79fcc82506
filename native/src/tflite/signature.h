#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/session.h"
#include "tflite/interpreter.h"

namespace edge::tflite {

/// One signature of a model: its tensors under names of their own.
///
/// Most signatures name the tensors of the primary graph, which run in the request's memory like any other.
/// Those of another graph are run by the library's signature runner, and their data are copied: the C API has
/// no way to give it memory of ours.
///
/// Not thread-safe, but for `cancel`.
class Signature {
 public:
  /// All signatures of a model, in its order; none where the library has no functions for them.
  static std::vector<std::shared_ptr<Signature>> all(const std::shared_ptr<Interpreter>& interpreter);

  /// @throws Error MODEL_INVALID, MODEL_UNSUPPORTED.
  Signature(std::shared_ptr<Interpreter> interpreter, std::string key);

  const SignatureDesc& desc() const noexcept { return desc_; }

  /// Whether the signature names tensors of the primary graph. The runner must not be used then: it would
  /// write where a request's buffers are bound.
  bool onPrimaryGraph() const noexcept { return runner_ == nullptr; }
  /// For each input, in the signature's order, its index among the primary graph's.
  const std::vector<std::size_t>& graphInputs() const noexcept { return graphInputs_; }
  /// The same for outputs.
  const std::vector<std::size_t>& graphOutputs() const noexcept { return graphOutputs_; }

  /// Runs a signature of another graph.
  /// @throws Error INFERENCE_FAILED, ABORTED, OUT_OF_MEMORY.
  void run(Request& request);
  /// Stops such a run before its next operator. From any thread.
  void cancel() const noexcept;

 private:
  bool findOnPrimaryGraph();
  void describeOtherGraph();
  std::vector<std::string> names(bool inputs) const;

  const Library& library_;
  std::shared_ptr<Interpreter> interpreter_;  // outlives the runner
  Owned<abi::SignatureRunner> runner_;
  SignatureDesc desc_;
  std::vector<std::size_t> graphInputs_;
  std::vector<std::size_t> graphOutputs_;
};

}  // namespace edge::tflite
