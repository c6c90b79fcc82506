#include "napi/session_object.h"

#include <utility>

#include "napi/arguments.h"
#include "napi/handle.h"
#include "napi/js_error.h"
#include "napi/promise_task.h"
#include "napi/request_object.h"
#include "napi/tensor_values.h"
#include "napi/tensorrt_arguments.h"

namespace edge::js {

void SessionObject::define(Environment& environment) {
  const Napi::Function constructor =
      DefineClass(environment.env(), "NativeSession",
                  {
                      InstanceMethod<&SessionObject::createRequest>("createRequest"),
                      InstanceMethod<&SessionObject::resize>("resize"),
                      InstanceMethod<&SessionObject::refit>("refit"),
                      InstanceMethod<&SessionObject::dispose>("dispose"),
                  });
  environment.sessionConstructor = Napi::Persistent(constructor);
}

Napi::Object SessionObject::create(Napi::Env env, std::shared_ptr<SessionState> state) {
  const Session& session = *state->session;
  Napi::Object object = construct(Environment::of(env).sessionConstructor, state);
  describe(env, object, session);
  object.Set("library", libraryInfo(env, session.library()));
  const auto delegates = Napi::Array::New(env, session.delegates().size());
  for (std::uint32_t i = 0; i < session.delegates().size(); ++i) delegates.Set(i, session.delegates()[i]);
  object.Set("delegates", delegates);
  return object;
}

void SessionObject::describe(Napi::Env env, Napi::Object object, const Session& session) {
  object.Set("inputs", tensorInfos(env, session.inputs()));
  object.Set("outputs", tensorInfos(env, session.outputs()));
  object.Set("signatures", signatureInfos(env, session.signatures()));
}

SessionObject::SessionObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  guarded(info.Env(), [&]() -> Napi::Value {
    state_ = constructedFrom<std::shared_ptr<SessionState>>(info);
    return info.Env().Undefined();
  });
}

Napi::Value SessionObject::createRequest(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    state_->checkUsable();
    state_->checkNotChanging();
    const std::size_t signatures = state_->session->signatures().size();
    std::unique_ptr<Request> request;
    if (info[0].IsUndefined()) {
      request = state_->session->createRequest();
    } else {
      const std::int64_t index =
          integerOf("signature", info[0], 0, static_cast<std::int64_t>(signatures) - 1);
      request = state_->session->createSignatureRequest(static_cast<std::size_t>(index));
    }
    return RequestObject::create(info.Env(), state_, std::move(request));
  });
}

Napi::Value SessionObject::resize(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    state_->checkUsable();
    state_->checkNotChanging();
    std::vector<InputShape> shapes = inputShapes(info[0]);
    const napi_value promise = PromiseTask::start(
        state_->environment(), state_->thread(),
        [state = state_, shapes = std::move(shapes)] { state->session->resize(shapes); },
        [this](Napi::Env env, bool failed) -> napi_value {
          state_->endChange();
          if (!failed) describe(env, Value(), *state_->session);
          return nullptr;
        },
        info.This());
    state_->beginChange(Change::shapes);
    return {info.Env(), promise};
  });
}

Napi::Value SessionObject::refit(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    state_->checkUsable();
    state_->checkNotChanging();
    const Arguments options(info[0]);
    const std::shared_ptr<const Buffer> model = bytesCopy(options, "model");
    const std::string path = options.has("modelPath") ? options.string("modelPath") : std::string();
    const napi_value promise = PromiseTask::start(
        state_->environment(), state_->thread(),
        [state = state_, model, path] { state->session->refit(model, path); },
        [state = state_](Napi::Env /*env*/, bool /*failed*/) -> napi_value {
          state->endChange();
          return nullptr;
        },
        info.This());
    state_->beginChange(Change::weights);
    return {info.Env(), promise};
  });
}

Napi::Value SessionObject::dispose(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return state_->dispose(info.Env()); });
}

}  // namespace edge::js
