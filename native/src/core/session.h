#pragma once

#include <memory>
#include <string>
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

/// One set of input and output buffers, bound to a session.
///
/// The buffers are shared with whoever looks at them: they live until the request and the last view are gone.
class Request {
 public:
  using Buffers = std::vector<std::shared_ptr<Buffer>>;

  Request(Buffers inputs, Buffers outputs) : inputs_(std::move(inputs)), outputs_(std::move(outputs)) {}
  virtual ~Request() = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  const Buffers& inputs() const noexcept { return inputs_; }
  const Buffers& outputs() const noexcept { return outputs_; }

  /// Runs the model on these buffers. One request of a session at a time, on any thread.
  /// @throws Error INFERENCE_FAILED.
  virtual void run() = 0;

 private:
  Buffers inputs_;
  Buffers outputs_;
  Counted counted_{liveObjects().requests};
};

/// A loaded model. Everything but `createRequest` is read-only after construction.
class Session {
 public:
  virtual ~Session() = default;
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  virtual const std::vector<TensorDesc>& inputs() const noexcept = 0;
  virtual const std::vector<TensorDesc>& outputs() const noexcept = 0;
  virtual const LibraryInfo& library() const noexcept = 0;
  /// Names of the delegates applied.
  virtual const std::vector<std::string>& delegates() const noexcept = 0;

  /// Allocates a set of buffers.
  /// @throws Error OUT_OF_MEMORY.
  virtual std::unique_ptr<Request> createRequest() = 0;

 private:
  Counted counted_{liveObjects().sessions};
};

/// Zeroed buffers of the tensors' sizes.
Request::Buffers allocateBuffers(const std::vector<TensorDesc>& tensors);

}  // namespace edge
