#include "napi/session_object.h"

#include <utility>

#include "napi/handle.h"
#include "napi/js_error.h"
#include "napi/request_object.h"
#include "napi/tensor_values.h"

namespace edge::js {

void SessionObject::define(Environment& environment) {
  const Napi::Function constructor =
      DefineClass(environment.env(), "NativeSession",
                  {
                      InstanceMethod<&SessionObject::createRequest>("createRequest"),
                      InstanceMethod<&SessionObject::dispose>("dispose"),
                  });
  environment.sessionConstructor = Napi::Persistent(constructor);
}

Napi::Object SessionObject::create(Napi::Env env, std::shared_ptr<SessionState> state) {
  const Session& session = *state->session;
  Napi::Object object = construct(Environment::of(env).sessionConstructor, state);
  object.Set("inputs", tensorInfos(env, session.inputs()));
  object.Set("outputs", tensorInfos(env, session.outputs()));
  object.Set("library", libraryInfo(env, session.library()));
  const auto delegates = Napi::Array::New(env, session.delegates().size());
  for (std::uint32_t i = 0; i < session.delegates().size(); ++i) delegates.Set(i, session.delegates()[i]);
  object.Set("delegates", delegates);
  return object;
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
    return RequestObject::create(info.Env(), state_);
  });
}

Napi::Value SessionObject::dispose(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return state_->dispose(info.Env()); });
}

}  // namespace edge::js
