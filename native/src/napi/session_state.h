#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>

#include "core/inference_thread.h"
#include "core/session.h"
#include "napi/environment.h"

namespace edge::js {

class RequestObject;

/// What is done to a session as a whole.
enum class Change : std::uint8_t { shapes, weights };

/// What a session's JavaScript object and its requests' share: it lives until the last of them is collected.
///
/// All members but `session` are used on the environment's thread only; `session` is set by the opening task,
/// and used by the inference thread, or by the environment's thread while no run is pending.
class SessionState : public std::enable_shared_from_this<SessionState> {
 public:
  SessionState(Environment& environment, std::size_t queueCapacity, bool copyBuffers)
      : environment_(environment),
        queueCapacity_(queueCapacity),
        copyBuffers_(copyBuffers),
        thread_(environment.startThread()) {}

  ~SessionState();
  SessionState(const SessionState&) = delete;
  SessionState& operator=(const SessionState&) = delete;

  /// To be called when `session` was set: tells V8 of its memory, which it would not know to collect
  /// otherwise.
  void opened();

  Environment& environment() noexcept { return environment_; }
  /// Not to be called after disposal.
  InferenceThread& thread() noexcept { return *thread_; }
  bool copyBuffers() const noexcept { return copyBuffers_; }

  /// The model. Null before it was opened and after it was disposed.
  std::unique_ptr<Session> session;

  /// Throws Error SESSION_DISPOSED once disposal has begun.
  void checkUsable() const;
  /// Counts a run in. @throws Error QUEUE_FULL.
  void beginRun();
  void endRun() noexcept { --pendingRuns_; }
  /// Throws Error SESSION_BUSY while any run waits or works.
  void checkIdle() const;

  /// Throws Error SESSION_BUSY while the session gets other shapes or weights: what its tensors are, or what
  /// an engine would have a context made for, is not known then.
  void checkNotChanging() const;
  void beginChange(Change change) noexcept { change_ = change; }
  void endChange() noexcept { change_.reset(); }

  void add(RequestObject& request) { requests_.insert(&request); }
  void remove(RequestObject& request) { requests_.erase(&request); }

  /// Lets runs finish, then frees the model and every request's buffers, and stops the thread.
  /// @returns a promise, the same at each call.
  Napi::Value dispose(Napi::Env env);
  bool disposed() const noexcept { return !disposal_.IsEmpty(); }

 private:
  /// Frees the model and the requests on the inference thread: a large model takes milliseconds.
  napi_value free(Napi::Env env);

  Environment& environment_;
  std::size_t queueCapacity_;
  bool copyBuffers_;
  void reportMemory(std::int64_t bytes) noexcept;

  std::int64_t reportedBytes_ = 0;
  std::size_t pendingRuns_ = 0;
  std::optional<Change> change_;
  std::unordered_set<RequestObject*> requests_;
  Napi::ObjectReference disposal_;
  std::shared_ptr<InferenceThread> thread_;
};

}  // namespace edge::js
