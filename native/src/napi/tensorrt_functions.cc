#include "napi/tensorrt_functions.h"

#include <memory>
#include <string>
#include <utility>

#include "core/shared_by_key.h"
#include "cuda/context.h"
#include "cuda/device.h"
#include "cuda/library.h"
#include "napi/arguments.h"
#include "napi/engine_build_object.h"
#include "napi/js_error.h"
#include "napi/promise_task.h"
#include "napi/session_object.h"
#include "napi/session_state.h"
#include "napi/tensor_values.h"
#include "napi/tensorrt_arguments.h"
#include "tensorrt/library.h"
#include "tensorrt/session.h"

namespace edge::js {
namespace {

Napi::Object deviceValue(Napi::Env env, const cuda::DeviceInfo& device) {
  Napi::Object value = Napi::Object::New(env);
  value.Set("ordinal", device.ordinal);
  value.Set("name", device.name);
  value.Set("uuid", device.uuid);
  value.Set("computeCapability", device.computeCapability());
  value.Set("memoryBytes", Napi::Number::New(env, static_cast<double>(device.totalBytes)));
  value.Set("integrated", device.integrated);
  value.Set("multiprocessors", device.multiprocessors);
  return value;
}

/// Engines that several sessions run, over all environments of the process.
SharedByKey<tensorrt::LoadedEngine>& sharedEngines() {
  // Never destroyed: what it points to outlives the process's exit handlers in workers.
  static auto& engines = *new SharedByKey<tensorrt::LoadedEngine>;  // NOLINT(cppcoreguidelines-owning-memory)
  return engines;
}

struct SessionOpening {
  TensorRtLibraries libraries;
  int device = 0;
  std::shared_ptr<const Buffer> plan;
  std::string shareKey;
  tensorrt::LoadSettings load;
  tensorrt::RunSettings settings;
};

std::unique_ptr<Session> openSession(SessionOpening& opening) {
  // The driver first: without a GPU, TensorRT gives garbage in place of an error.
  const cuda::Driver& driver = cuda::Driver::load(opening.libraries.cuda);
  const tensorrt::Library& library = tensorrt::Library::load(opening.libraries.tensorrt);
  const auto load = [&] {
    return std::make_shared<tensorrt::LoadedEngine>(
        library.api(opening.libraries.cuda), cuda::PrimaryContext::retain(driver, opening.device),
        opening.plan->data(), opening.plan->bytes(), opening.load, !opening.shareKey.empty());
  };
  const std::string dlaCore = opening.load.dlaCore ? std::to_string(*opening.load.dlaCore) : "";
  // Who may not run an engine's code gets it from nobody who may.
  const std::string code = opening.load.versionCompatible ? "code" : "";
  const std::string key = opening.shareKey + '\n' + library.info().path + '\n' +
                          std::to_string(opening.device) + '\n' + dlaCore + '\n' + code;
  tensorrt::SharedEngine engine = opening.shareKey.empty() ? load() : sharedEngines().get(key, load);
  opening.plan.reset();
  std::unique_ptr<Session> session =
      tensorrt::openSession(std::move(engine), opening.settings, library.info());
  driver.used();
  library.used();
  return session;
}

}  // namespace

Napi::Value describeCuda(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const cuda::Driver& driver = cuda::Driver::load(cudaCandidates(info[0]));
    Napi::Object value = Napi::Object::New(info.Env());
    value.Set("library", libraryInfo(info.Env(), driver.info()));
    const auto devices = Napi::Array::New(info.Env(), static_cast<std::size_t>(driver.deviceCount()));
    for (int i = 0; i < driver.deviceCount(); ++i) {
      devices.Set(static_cast<std::uint32_t>(i), deviceValue(info.Env(), cuda::describeDevice(driver, i)));
    }
    value.Set("devices", devices);
    return value;
  });
}

Napi::Value describeTensorRt(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const tensorrt::Library& library = tensorrt::Library::load(libraryCandidates(info[0]));
    if (!info[1].IsUndefined()) library.api(cudaCandidates(info[1])).start();
    Napi::Object value = libraryInfo(info.Env(), library.info());
    Napi::Object parser = Napi::Object::New(info.Env());
    if (library.parserMissing().empty()) {
      parser.Set("path", library.parserPath());
    } else {
      parser.Set("missing", library.parserMissing());
    }
    value.Set("parser", parser);
    return value;
  });
}

Napi::Value buildEngine(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Arguments options(info[0]);
    EngineBuild build;
    build.libraries = tensorRtLibraries(options);
    build.device = static_cast<int>(options.integer("device", 0, 1023));
    build.model.bytes = bytesCopy(options, "model");
    if (options.has("modelPath")) build.model.path = options.string("modelPath");
    build.settings = buildSettings(options);
    build.feed = calibrationFeed(options);
    return EngineBuildObject::start(info.Env(), std::move(build));
  });
}

Napi::Value openTensorRtSession(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Arguments options(info[0]);
    auto opening = std::make_shared<SessionOpening>();
    opening->libraries = tensorRtLibraries(options);
    opening->device = static_cast<int>(options.integer("device", 0, 1023));
    opening->plan = bytesCopy(options, "plan");
    if (options.has("shareKey")) opening->shareKey = options.string("shareKey");
    opening->load.versionCompatible = options.boolean("versionCompatible");
    if (options.has("dlaCore")) opening->load.dlaCore = static_cast<int>(options.integer("dlaCore", 0, 1023));
    opening->settings = runSettings(options);
    const auto queueCapacity = static_cast<std::size_t>(options.integer("queueCapacity", 1, 65536));
    Environment& environment = Environment::of(info.Env());
    auto state = std::make_shared<SessionState>(environment, queueCapacity, options.boolean("copyBuffers"));
    const napi_value promise = PromiseTask::start(
        environment, state->thread(), [state, opening] { state->session = openSession(*opening); },
        [state](Napi::Env env, bool failed) -> napi_value {
          if (failed) return nullptr;
          state->opened();
          return SessionObject::create(env, state);
        });
    return {info.Env(), promise};
  });
}

}  // namespace edge::js
