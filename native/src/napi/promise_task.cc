#include "napi/promise_task.h"

#include <utility>

#include "napi/js_error.h"

namespace edge::js {

napi_value PromiseTask::start(Environment& environment, InferenceThread& thread, Work work, Finish finish,
                              napi_value keepAlive, PromiseTask** task) {
  const Napi::Env env = environment.env();
  auto created = std::make_unique<PromiseTask>(environment, std::move(work), std::move(finish));
  napi_value promise = nullptr;
  napi_status status = napi_create_promise(env, &created->deferred_, &promise);
  NAPI_THROW_IF_FAILED(env, status, nullptr);
  if (keepAlive != nullptr) {
    status = napi_create_reference(env, keepAlive, 1, &created->keepAlive_);
    NAPI_THROW_IF_FAILED(env, status, nullptr);
  }
  PromiseTask* submitted = created.get();
  if (!thread.submit(std::move(created))) {
    // Only the environment's end stops a thread that can still be reached.
    throw Error(ErrorCode::SESSION_DISPOSED, {"the JavaScript environment is shutting down", "", "", ""});
  }
  // It may have been executed by now; it is settled, and destroyed, by this thread, later.
  environment.taskStarted();
  if (task != nullptr) *task = submitted;
  return promise;
}

PromiseTask::PromiseTask(Environment& environment, Work work, Finish finish)
    : environment_(environment), work_(std::move(work)), finish_(std::move(finish)) {}

PromiseTask::~PromiseTask() {
  if (keepAlive_ != nullptr) static_cast<void>(napi_delete_reference(environment_.env(), keepAlive_));
}

void PromiseTask::execute(std::unique_ptr<Job> self) noexcept {
  try {
    work_();
  } catch (...) {
    error_ = currentError();
  }
  handOver(std::move(self));
}

void PromiseTask::fail(std::unique_ptr<Job> withdrawn, Error error) noexcept {
  auto& task = static_cast<PromiseTask&>(*withdrawn);
  task.error_ = std::move(error);
  task.handOver(std::move(withdrawn));
}

void PromiseTask::handOver(std::unique_ptr<Job> self) noexcept {
  static_cast<void>(self.release());  // it is this object: the pointer changes its type, not its owner's duty
  environment_.taskFinished(std::unique_ptr<PromiseTask>(this));
}

void PromiseTask::settle(napi_env env) noexcept {
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  // A failing `finish` sets error_.
  const napi_value value = finish(env);
  if (error_) {
    const napi_value error = createError(env, *error_);
    if (error != nullptr) static_cast<void>(napi_reject_deferred(env, deferred_, error));
  } else if (value != nullptr) {
    static_cast<void>(napi_resolve_deferred(env, deferred_, value));
  }
  static_cast<void>(napi_close_handle_scope(env, scope));
}

napi_value PromiseTask::finish(napi_env env) noexcept {
  napi_value value = nullptr;
  try {
    if (finish_) value = finish_(env, error_.has_value());
  } catch (...) {
    if (!error_) error_ = currentError();
  }
  if (value == nullptr && napi_get_undefined(env, &value) != napi_ok) return nullptr;
  return value;
}

}  // namespace edge::js
