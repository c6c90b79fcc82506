#include "napi/engine_build_object.h"

#include <cstring>
#include <utility>

#include "core/error.h"
#include "cuda/context.h"
#include "cuda/library.h"
#include "napi/handle.h"
#include "napi/js_error.h"
#include "napi/promise_task.h"
#include "tensorrt/library.h"

namespace edge::js {
namespace {

/// What the building thread and the object share.
struct BuildState {
  EngineBuild build;
  std::shared_ptr<tensorrt::BuildControl> control;
  tensorrt::BuiltEngine engine;
};

void runBuild(BuildState& state) {
  EngineBuild& build = state.build;
  // The driver first: without a GPU, TensorRT gives garbage in place of an error.
  const cuda::Driver& driver = cuda::Driver::load(build.libraries.cuda);
  const tensorrt::Library& library = tensorrt::Library::load(build.libraries.tensorrt);
  const cuda::SharedContext context = cuda::PrimaryContext::retain(driver, build.device);
  const cuda::ContextScope scope(*context);
  if (build.feed != nullptr) build.feed->use(context);
  tensorrt::Api& api = library.api(build.libraries.cuda);
  try {
    state.engine = api.build(build.model, build.settings, state.control.get(), build.feed.get());
    if (build.feed != nullptr) build.feed->release();
  } catch (const Error&) {
    if (build.feed != nullptr) build.feed->release();
    // TensorRT knows no more than that there was no batch.
    if (build.feed != nullptr && build.feed->failure() && !state.control->cancelled())
      throw Error(*build.feed->failure());
    throw;
  }
  if (build.feed != nullptr && build.feed->failure()) throw Error(*build.feed->failure());
  driver.used();
  library.used();
}

Napi::Uint8Array bytesValue(Napi::Env env, const std::vector<std::uint8_t>& bytes) {
  Napi::Uint8Array value = Napi::Uint8Array::New(env, bytes.size());
  if (!bytes.empty()) std::memcpy(value.Data(), bytes.data(), bytes.size());
  return value;
}

Napi::Object engineValue(Napi::Env env, const BuildState& state) {
  Napi::Object value = Napi::Object::New(env);
  value.Set("plan", bytesValue(env, state.engine.plan));
  value.Set("timingCache", bytesValue(env, state.engine.timingCache));
  const tensorrt::CalibrationFeed* feed = state.build.feed.get();
  if (feed != nullptr && !feed->result().empty())
    value.Set("calibrationCache", bytesValue(env, feed->result()));
  value.Set("calibrationBatches",
            Napi::Number::New(env, feed == nullptr ? 0 : static_cast<double>(feed->batchesTaken())));
  const auto warnings = Napi::Array::New(env, state.engine.warnings.size());
  for (std::uint32_t i = 0; i < state.engine.warnings.size(); ++i) warnings.Set(i, state.engine.warnings[i]);
  value.Set("warnings", warnings);
  return value;
}

}  // namespace

void EngineBuildObject::define(Environment& environment) {
  const Napi::Function constructor =
      DefineClass(environment.env(), "NativeEngineBuild",
                  {
                      InstanceMethod<&EngineBuildObject::phases>("phases"),
                      InstanceMethod<&EngineBuildObject::cancel>("cancel"),
                      InstanceMethod<&EngineBuildObject::offerBatch>("offerBatch"),
                      InstanceMethod<&EngineBuildObject::endBatches>("endBatches"),
                  });
  environment.engineBuildConstructor = Napi::Persistent(constructor);
}

Napi::Object EngineBuildObject::start(Napi::Env env, EngineBuild build) {
  Environment& environment = Environment::of(env);
  auto state = std::make_shared<BuildState>();
  state->build = std::move(build);
  state->control = std::make_shared<tensorrt::BuildControl>();
  Napi::Object object = construct(environment.engineBuildConstructor, *state);
  std::shared_ptr<InferenceThread> thread = environment.startThread();
  thread->interruptWith([control = state->control, feed = state->build.feed] {
    control->cancel();
    if (feed != nullptr) feed->abort();
  });
  const napi_value promise = PromiseTask::start(
      environment, *thread, [state] { runBuild(*state); },
      [state, thread](Napi::Env finished, bool failed) mutable -> napi_value {
        thread.reset();  // joins
        if (failed) return nullptr;
        return engineValue(finished, *state);
      },
      object);
  object.Set("done", Napi::Value(env, promise));
  return object;
}

EngineBuildObject::EngineBuildObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  guarded(info.Env(), [&]() -> Napi::Value {
    const auto& state = constructedFrom<BuildState>(info);
    control_ = state.control;
    feed_ = state.build.feed;
    return info.Env().Undefined();
  });
}

Napi::Value EngineBuildObject::phases(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const std::vector<tensorrt::BuildPhase> phases = control_->phases();
    const auto array = Napi::Array::New(info.Env(), phases.size());
    for (std::uint32_t i = 0; i < phases.size(); ++i) {
      Napi::Object phase = Napi::Object::New(info.Env());
      phase.Set("name", phases[i].name);
      phase.Set("depth", phases[i].depth);
      phase.Set("step", phases[i].step);
      phase.Set("steps", phases[i].steps);
      array.Set(i, phase);
    }
    return array;
  });
}

Napi::Value EngineBuildObject::cancel(const Napi::CallbackInfo& info) {
  control_->cancel();
  if (feed_ != nullptr) feed_->abort();
  return info.Env().Undefined();
}

Napi::Value EngineBuildObject::offerBatch(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    if (feed_ == nullptr) {
      throw Error(ErrorCode::INVALID_ARGUMENT, {"the build has no calibration", "", "", ""});
    }
    tensorrt::CalibrationBatch batch = calibrationBatch(info[0]);
    return Napi::Boolean::New(info.Env(), feed_->offer(batch));
  });
}

Napi::Value EngineBuildObject::endBatches(const Napi::CallbackInfo& info) {
  if (feed_ != nullptr) feed_->end();
  return info.Env().Undefined();
}

}  // namespace edge::js
