#include "napi/session_state.h"

#include <utility>
#include <vector>

#include "core/error.h"
#include "napi/promise_task.h"
#include "napi/request_object.h"

namespace edge::js {

SessionState::~SessionState() {
  reportMemory(-reportedBytes_);
}

void SessionState::opened() {
  reportMemory(static_cast<std::int64_t>(session->bytes()));
}

void SessionState::reportMemory(std::int64_t bytes) noexcept {
  std::int64_t total = 0;
  if (bytes != 0) static_cast<void>(napi_adjust_external_memory(environment_.env(), bytes, &total));
  reportedBytes_ += bytes;
}

void SessionState::checkUsable() const {
  if (disposed()) {
    throw Error(ErrorCode::SESSION_DISPOSED, {"the session was used after it was disposed", "", "",
                                              "Open the model again, or dispose later."});
  }
}

void SessionState::beginRun() {
  if (pendingRuns_ >= queueCapacity_) {
    throw Error(ErrorCode::QUEUE_FULL,
                {"the session's queue is full",
                 "at most " + std::to_string(queueCapacity_) + " runs that wait or work", "one more",
                 "Await earlier runs first, or open the session with a larger queueCapacity."});
  }
  ++pendingRuns_;
}

void SessionState::checkNotChanging() const {
  if (!change_) return;
  if (*change_ == Change::shapes)
    throw Error(ErrorCode::SESSION_BUSY, {"the session is being resized", "", "", "Await resize() first."});
  throw Error(ErrorCode::SESSION_BUSY, {"the session gets other weights", "", "", "Await refit() first."});
}

void SessionState::checkIdle() const {
  checkNotChanging();
  if (pendingRuns_ != 0) {
    throw Error(ErrorCode::SESSION_BUSY,
                {"a synchronous run was asked for while the session is at work", "no run that waits or works",
                 std::to_string(pendingRuns_), "Await the other runs first, or use run()."});
  }
}

Napi::Value SessionState::dispose(Napi::Env env) {
  if (disposed()) return disposal_.Value();
  // The queue is first in, first out: by the time this task, which does nothing, was executed, all runs are
  // done.
  const napi_value promise = PromiseTask::start(
      environment_, *thread_, [] {},
      [self = shared_from_this()](Napi::Env environment, bool /*failed*/) {
        return self->free(environment);
      });
  const Napi::Value value(env, promise);
  disposal_ = Napi::Persistent(value.As<Napi::Object>());
  return value;
}

napi_value SessionState::free(Napi::Env env) {
  struct Doomed {
    std::vector<std::unique_ptr<Request>> requests;
    std::unique_ptr<Session> session;
  };
  auto doomed = std::make_shared<Doomed>();
  for (RequestObject* request : requests_) doomed->requests.push_back(request->release(env));
  doomed->session = std::move(session);
  reportMemory(-reportedBytes_);
  // The first task's promise follows this one's.
  return PromiseTask::start(
      environment_, *thread_, [doomed] { *doomed = {}; },
      [self = shared_from_this()](Napi::Env /*env*/, bool /*failed*/) -> napi_value {
        self->thread_.reset();  // joins
        return nullptr;
      });
}

}  // namespace edge::js
