#pragma once

#include <memory>
#include <utility>

#include "cuda/context.h"
#include "tensorrt/api.h"

namespace edge::tensorrt {

/// An engine with the context that its weights lie in: what sessions and requests share.
class LoadedEngine {
 public:
  /// Deserializes an engine on a GPU.
  /// @throws Error ENGINE_INCOMPATIBLE, MODEL_INVALID, OUT_OF_MEMORY, DEVICE_FAILED.
  LoadedEngine(Api& api, cuda::SharedContext context, const void* plan, std::size_t bytes,
               bool versionCompatible)
      : context_(std::move(context)) {
    const cuda::ContextScope scope(*context_);
    engine_ = api.deserialize(plan, bytes, versionCompatible);
  }

  ~LoadedEngine() {
    // TensorRT frees device memory here, in whichever context is current.
    const cuda::ContextScope scope(*context_, std::nothrow);
    engine_.reset();
  }
  LoadedEngine(const LoadedEngine&) = delete;
  LoadedEngine& operator=(const LoadedEngine&) = delete;

  const cuda::SharedContext& context() const noexcept { return context_; }
  Engine& operator*() const noexcept { return *engine_; }
  Engine* operator->() const noexcept { return engine_.get(); }

 private:
  cuda::SharedContext context_;
  std::unique_ptr<Engine> engine_;
};

using SharedEngine = std::shared_ptr<LoadedEngine>;

}  // namespace edge::tensorrt
