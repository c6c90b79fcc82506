// The functions that libnvinfer exports.
#include <memory>

#include "builder.h"
#include "engine.h"
#include "log.h"
#include "refitter.h"
#include "runtime.h"

using namespace edge::tensorrt_double;

namespace {

/// Without a GPU, TensorRT says so, and gives this for a runtime.
constexpr std::uintptr_t kGarbage = 0x238;
constexpr char kNoGpu[] = "CUDA initialization failure with error: 35. Please check your CUDA installation.";

}  // namespace

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT void* createInferBuilder_INTERNAL(void* logger, std::int32_t) noexcept {
  static constexpr Call call{"createInferBuilder", 0, true};
  if (enter(call)) return nullptr;
  auto* own = static_cast<ILogger*>(logger);
  if (gpu().name.empty()) {
    log(own, Severity::kERROR, kNoGpu);
    return nullptr;
  }
  return static_cast<IBuilder*>(std::make_unique<Builder>(own).release());
}

EXPORT void* createInferRuntime_INTERNAL(void* logger, std::int32_t) noexcept {
  static constexpr Call call{"createInferRuntime", 0, true};
  if (enter(call)) return nullptr;
  auto* own = static_cast<ILogger*>(logger);
  if (gpu().name.empty()) {
    log(own, Severity::kERROR, kNoGpu);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): no pointer at all is what the real one gives
    return reinterpret_cast<void*>(kGarbage);
  }
  return static_cast<IRuntime*>(std::make_unique<Runtime>(own).release());
}

EXPORT void* createInferRefitter_INTERNAL(void* engine, void* logger, std::int32_t) noexcept {
  static constexpr Call call{"createInferRefitter", 0, true};
  if (enter(call)) return nullptr;
  auto* own = static_cast<Engine*>(static_cast<ICudaEngine*>(engine));
  return own->onCreateRefitter(*static_cast<ILogger*>(logger));
}

EXPORT std::int32_t getInferLibVersion() noexcept {
  const Version here = version();
  return here.major * 10000 + here.minor * 100 + here.patch;
}

EXPORT std::int32_t getInferLibMajorVersion() noexcept {
  return version().major;
}

EXPORT std::int32_t getInferLibMinorVersion() noexcept {
  return version().minor;
}

EXPORT std::int32_t getInferLibPatchVersion() noexcept {
  return version().patch;
}

EXPORT std::int32_t getInferLibBuildVersion() noexcept {
  return version().build;
}
