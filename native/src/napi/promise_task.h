#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <optional>

#include "core/error.h"
#include "core/inference_thread.h"
#include "core/live_objects.h"
#include "napi/environment.h"

namespace edge::js {

/// Work on an inference thread that settles a promise: the one way in which the addon does anything
/// asynchronously.
///
/// Made and destroyed on the environment's thread, executed on the inference thread.
class PromiseTask final : public Job {
 public:
  /// What to do on the inference thread. May throw; Error keeps its code.
  using Work = std::function<void()>;
  /// What to do on the environment's thread afterwards, before the promise is settled, whether the work
  /// failed or not. Called once, unless the environment ends first.
  /// @returns the promise's value, or null for undefined. What it throws becomes the rejection.
  using Finish = std::function<napi_value(Napi::Env env, bool failed)>;

  /// Starts a task.
  /// @param keepAlive a JavaScript object that must not be collected before the task is settled, or null.
  /// @param task if given, receives the task, valid until `finish` was called, so that it can be withdrawn.
  /// @returns the promise.
  /// @throws Error SESSION_DISPOSED if the thread was stopped.
  static napi_value start(Environment& environment, InferenceThread& thread, Work work, Finish finish,
                          napi_value keepAlive = nullptr, PromiseTask** task = nullptr);

  /// Use `start`.
  PromiseTask(Environment& environment, Work work, Finish finish);
  ~PromiseTask() override;
  PromiseTask(const PromiseTask&) = delete;
  PromiseTask& operator=(const PromiseTask&) = delete;

  void execute(std::unique_ptr<Job> self) noexcept override;

  /// Settles the promise with an error instead of executing: for a task that was withdrawn from its thread.
  static void fail(std::unique_ptr<Job> withdrawn, Error error) noexcept;

  /// Settles the promise. On the environment's thread.
  void settle(napi_env env) noexcept;

 private:
  void handOver(std::unique_ptr<Job> self) noexcept;
  napi_value finish(napi_env env) noexcept;

  Environment& environment_;
  Work work_;
  Finish finish_;
  std::optional<Error> error_;
  napi_deferred deferred_ = nullptr;
  napi_ref keepAlive_ = nullptr;
  Counted counted_{liveObjects().tasks};
};

}  // namespace edge::js
