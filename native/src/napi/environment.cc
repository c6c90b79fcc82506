#include "napi/environment.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "napi/promise_task.h"

namespace edge::js {

Environment& Environment::create(Napi::Env env) {
  auto state = std::make_unique<Environment>(env);
  Environment& environment = *state;
  env.SetInstanceData(state.release());  // node-addon-api deletes it when the environment ends
  return environment;
}

Environment& Environment::of(Napi::Env env) {
  return *env.GetInstanceData<Environment>();
}

Environment::Environment(Napi::Env env) : env_(env) {
  const Napi::String name = Napi::String::New(env, "@edge/native");
  napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr,
                                                       this, &Environment::settleFinished, &wake_);
  NAPI_THROW_IF_FAILED_VOID(env, status);
  // Only tasks keep a process alive, not the mere presence of the addon.
  status = napi_unref_threadsafe_function(env, wake_);
  NAPI_THROW_IF_FAILED_VOID(env, status);
  status = napi_add_env_cleanup_hook(env, &Environment::cleanUp, this);
  NAPI_THROW_IF_FAILED_VOID(env, status);
}

std::shared_ptr<InferenceThread> Environment::startThread() {
  if (ended_) throw Error(ErrorCode::INTERNAL, {"the JavaScript environment is shutting down", "", "", ""});
  threads_.erase(
      std::remove_if(threads_.begin(), threads_.end(), [](const auto& thread) { return thread.expired(); }),
      threads_.end());
  auto thread = std::make_shared<InferenceThread>();
  threads_.push_back(thread);
  return thread;
}

void Environment::taskStarted() noexcept {
  if (unsettled_++ == 0 && !ended_) static_cast<void>(napi_ref_threadsafe_function(env_, wake_));
}

void Environment::taskFinished(std::unique_ptr<PromiseTask> task) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    finished_.push_back(std::move(task));
    if (wakeRequested_) return;
    wakeRequested_ = true;
  }
  // After napi_closing the function must not be touched again; the threads are about to be stopped then, and
  // the tasks stay in the queue until the clean-up hook destroys them.
  static_cast<void>(napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking));
}

std::vector<std::unique_ptr<PromiseTask>> Environment::takeFinished() noexcept {
  const std::scoped_lock lock(mutex_);
  wakeRequested_ = false;
  return std::exchange(finished_, {});
}

void Environment::settleFinished(napi_env env, napi_value /*callback*/, void* context,
                                 void* /*data*/) noexcept {
  if (env == nullptr) return;  // the function is being torn down: the context may be gone
  auto& self = *static_cast<Environment*>(context);
  for (std::unique_ptr<PromiseTask>& task : self.takeFinished()) {
    if (--self.unsettled_ == 0) static_cast<void>(napi_unref_threadsafe_function(env, self.wake_));
    task->settle(env);
    task.reset();
  }
}

void Environment::cleanUp(void* environment) noexcept {
  auto& self = *static_cast<Environment*>(environment);
  self.ended_ = true;
  std::vector<std::shared_ptr<InferenceThread>> threads;
  for (const auto& weak : self.threads_) {
    if (auto thread = weak.lock()) threads.push_back(std::move(thread));
  }
  for (const auto& thread : threads) thread->stop();
  for (const auto& thread : threads) thread->discard();
  self.takeFinished().clear();
}

}  // namespace edge::js
