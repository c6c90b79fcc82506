#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "core/error.h"
#include "cuda/context.h"
#include "tensorrt/api.h"

namespace edge::tensorrt {

/// An engine with the context that its weights lie in: what sessions and requests share.
class LoadedEngine {
 public:
  /// Deserializes an engine on a GPU.
  /// @param shared whether sessions that do not know of each other run it.
  /// @throws Error ENGINE_INCOMPATIBLE, MODEL_INVALID, OUT_OF_MEMORY, DEVICE_FAILED.
  LoadedEngine(Api& api, cuda::SharedContext context, const void* plan, std::size_t bytes,
               const LoadSettings& settings, bool shared = false)
      : context_(std::move(context)), shared_(shared) {
    const cuda::ContextScope scope(*context_);
    engine_ = api.deserialize(plan, bytes, settings);
  }

  ~LoadedEngine() {
    // TensorRT frees device memory here, in whichever context is current.
    const cuda::ContextScope scope(*context_, std::nothrow);
    engine_.reset();
  }
  LoadedEngine(const LoadedEngine&) = delete;
  LoadedEngine& operator=(const LoadedEngine&) = delete;

  /// Replaces the weights, while nothing else is asked of the engine.
  /// @throws Error INVALID_ARGUMENT where others run it; what Engine::refit throws.
  void refit(const OnnxContent& model) {
    if (shared_) {
      throw Error(ErrorCode::INVALID_ARGUMENT,
                  {"the session shares its weights with others of the same engine",
                   "a session with weights of its own", "one that was opened without tensorrt.refittable",
                   "Open it with tensorrt: { refittable: true }; an engine file has to be built so."});
    }
    const std::unique_lock<std::mutex> lock = whileNotRefitted();
    const cuda::ContextScope scope(*context_);
    ++refits_;
    engine_->refit(model);
  }
  /// Keeps the engine from being refitted: a garbage collector may end a request at any time.
  std::unique_lock<std::mutex> whileNotRefitted() const { return std::unique_lock<std::mutex>(refitting_); }
  /// How often somebody wanted to replace the weights: what was recorded of an earlier count is outdated.
  std::uint64_t refits() const noexcept { return refits_; }

  const cuda::SharedContext& context() const noexcept { return context_; }
  Engine& operator*() const noexcept { return *engine_; }
  Engine* operator->() const noexcept { return engine_.get(); }

 private:
  cuda::SharedContext context_;
  bool shared_;
  std::uint64_t refits_ = 0;
  mutable std::mutex refitting_;
  std::unique_ptr<Engine> engine_;
};

using SharedEngine = std::shared_ptr<LoadedEngine>;

}  // namespace edge::tensorrt
