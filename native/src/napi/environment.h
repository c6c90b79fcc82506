#pragma once

#include <napi.h>

#include <memory>
#include <mutex>
#include <vector>

#include "core/inference_thread.h"

namespace edge::js {

class PromiseTask;

/// The addon's state in one JavaScript environment: the main thread, or one worker.
///
/// Inference threads hand finished tasks over here; one thread-safe function wakes the environment's thread,
/// which settles them.
///
/// How it ends, which is the delicate part: the clean-up hook is registered *after* the thread-safe function,
/// and hooks run in reverse order, so that the function still exists when the hook runs. The hook stops and
/// joins every inference thread; from then on nobody calls the function. What is left in the queue is
/// destroyed on this thread, unsettled: no JavaScript may run any more.
class Environment {
 public:
  /// Makes the state of an environment, when the addon is loaded into it.
  static Environment& create(Napi::Env env);
  /// The state of an environment that has one.
  static Environment& of(Napi::Env env);

  explicit Environment(Napi::Env env);
  ~Environment() = default;
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  Napi::Env env() const noexcept { return env_; }

  /// Makes a thread that is stopped, at the latest, when the environment ends.
  /// @throws Error INTERNAL if the environment is ending.
  std::shared_ptr<InferenceThread> startThread();

  /// A task was started: the process stays alive until it is settled.
  void taskStarted() noexcept;
  /// Hands a task over to be settled. From any thread.
  void taskFinished(std::unique_ptr<PromiseTask> task) noexcept;

  /// The classes' constructors, for native code to make objects with.
  Napi::FunctionReference sessionConstructor;
  Napi::FunctionReference requestConstructor;
  Napi::FunctionReference engineBuildConstructor;

 private:
  static void settleFinished(napi_env env, napi_value callback, void* context, void* data) noexcept;
  static void cleanUp(void* environment) noexcept;
  std::vector<std::unique_ptr<PromiseTask>> takeFinished() noexcept;

  Napi::Env env_;
  napi_threadsafe_function wake_ = nullptr;
  std::size_t unsettled_ = 0;  // this environment's thread only
  bool ended_ = false;         // this environment's thread only
  std::vector<std::weak_ptr<InferenceThread>> threads_;

  std::mutex mutex_;
  std::vector<std::unique_ptr<PromiseTask>> finished_;
  bool wakeRequested_ = false;
};

}  // namespace edge::js
