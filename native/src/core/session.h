#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/buffer.h"
#include "core/live_objects.h"
#include "core/tensor_desc.h"

namespace edge {

/// A place where a vendor's library may lie, and who says so.
struct LibraryCandidate {
  std::string path;
  std::string origin;
};

/// What is known of a loaded vendor library.
struct LibraryInfo {
  std::string path;
  std::string origin;
  std::string version;
};

/// A named way to call a model: its tensors, under the names of the signature.
struct SignatureDesc {
  std::string key;
  std::vector<TensorDesc> inputs;
  std::vector<TensorDesc> outputs;
};

/// What a part of a run took.
struct PhaseTime {
  std::string name;
  double ms = 0;
};

/// A new shape for an input.
struct InputShape {
  std::size_t input = 0;
  std::vector<std::int64_t> shape;
};

/// One set of input and output buffers, bound to a session.
///
/// The buffers are shared with whoever looks at them: they live until the request and the last view are gone.
class Request {
 public:
  using Buffers = std::vector<std::shared_ptr<Buffer>>;

  /// Allocates zeroed buffers for tensors.
  /// @throws Error OUT_OF_MEMORY.
  Request(const std::vector<TensorDesc>& inputs, const std::vector<TensorDesc>& outputs);
  /// Shares buffers with another request.
  Request(Buffers inputs, Buffers outputs, std::vector<std::vector<std::int64_t>> outputShapes)
      : inputs_(std::move(inputs)), outputs_(std::move(outputs)), outputShapes_(std::move(outputShapes)) {}
  virtual ~Request() = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  const Buffers& inputs() const noexcept { return inputs_; }
  const Buffers& outputs() const noexcept { return outputs_; }

  /// Shapes of the outputs: the declared ones, or what the last run gave.
  const std::vector<std::vector<std::int64_t>>& outputShapes() const noexcept { return outputShapes_; }

  /// Runs the model on these buffers. One request of a session at a time, on any thread.
  /// @throws Error INFERENCE_FAILED, OUT_OF_MEMORY, ABORTED.
  void run();

  /// Asks this request's run to stop as soon as the runtime can. From any thread; does nothing if it is not
  /// at work, so that it never meets the run of another request.
  void interrupt() noexcept;

  /// What the parts of the last run took, by the device's own clock; empty where the backend does not tell
  /// them apart.
  virtual std::vector<PhaseTime> phases() const { return {}; }
  /// What each layer of the last run took, where that is measured.
  virtual std::vector<PhaseTime> layers() const { return {}; }
  /// Why the run is not launched as one recorded graph; empty where it is, or where the backend has no such
  /// thing.
  virtual const std::string& graphRefusal() const noexcept;
  /// Reads an input from memory of the GPU instead of its buffer, from the next run on. Not while a run is at
  /// work.
  /// @param address nothing for the buffer again.
  /// @throws Error INVALID_ARGUMENT where it cannot be read from there.
  virtual void readInputFromDevice(std::size_t input, std::optional<std::uintptr_t> address);

  /// Puts what a run returned, if its size was not known before, in the place of an output's buffer.
  void replaceOutput(std::size_t output, std::shared_ptr<Buffer> buffer, std::vector<std::int64_t> shape) {
    outputs_[output] = std::move(buffer);
    outputShapes_[output] = std::move(shape);
  }

 protected:
  /// What `run` does.
  virtual void execute() = 0;
  /// What `interrupt` does, while `execute` is at work.
  virtual void stop() noexcept = 0;

 private:
  class AtWork;

  std::mutex mutex_;
  bool atWork_ = false;
  Buffers inputs_;
  Buffers outputs_;
  std::vector<std::vector<std::int64_t>> outputShapes_;
  Counted counted_{liveObjects().requests};
};

/// A loaded model. Not thread-safe: `createRequest` and the descriptions are for one thread, `resize` for
/// whichever thread owns the session while nothing else is asked of it.
class Session {
 public:
  virtual ~Session() = default;
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  virtual const std::vector<TensorDesc>& inputs() const noexcept = 0;
  virtual const std::vector<TensorDesc>& outputs() const noexcept = 0;
  /// About how much memory the session holds besides its requests: enough to tell a garbage collector.
  virtual std::size_t bytes() const noexcept = 0;
  virtual const LibraryInfo& library() const noexcept = 0;
  /// Names of the delegates applied.
  virtual const std::vector<std::string>& delegates() const noexcept = 0;

  /// The model's signatures, in its order.
  virtual const std::vector<SignatureDesc>& signatures() const noexcept = 0;

  /// Allocates a set of buffers for the model's primary graph.
  /// @throws Error OUT_OF_MEMORY.
  virtual std::unique_ptr<Request> createRequest() = 0;
  /// Allocates a set of buffers for a signature, by its index in `signatures()`.
  /// @throws Error OUT_OF_MEMORY.
  virtual std::unique_ptr<Request> createSignatureRequest(std::size_t signature) = 0;

  /// Gives inputs new shapes, for requests that are made afterwards; earlier ones keep theirs.
  /// @throws Error SHAPE_MISMATCH if the model cannot take them; the session stays as it was.
  virtual void resize(const std::vector<InputShape>& shapes) = 0;

  /// Replaces the weights by those of an ONNX file of the same network, for all runs that follow.
  /// @param path of the file, for weights in files beside it; empty where there is none.
  /// @throws Error INVALID_ARGUMENT where the session's weights cannot be changed; others of
  /// tensorrt::Engine::refit.
  virtual void refit(const std::shared_ptr<const Buffer>& onnx, const std::string& path);

 private:
  Counted counted_{liveObjects().sessions};
};

}  // namespace edge
