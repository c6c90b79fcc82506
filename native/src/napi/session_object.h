#pragma once

#include <napi.h>

#include <memory>

#include "napi/session_state.h"

namespace edge::js {

/// The JavaScript object of a session; `NativeSession` in lib/surface.ts.
class SessionObject final : public Napi::ObjectWrap<SessionObject> {
 public:
  static void define(Environment& environment);
  /// Makes the object of an opened session.
  static Napi::Object create(Napi::Env env, std::shared_ptr<SessionState> state);

  /// Called by JavaScript's `new`; only native code has what it needs.
  explicit SessionObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value createRequest(const Napi::CallbackInfo& info);
  Napi::Value resize(const Napi::CallbackInfo& info);
  Napi::Value refit(const Napi::CallbackInfo& info);
  Napi::Value dispose(const Napi::CallbackInfo& info);
  static void describe(Napi::Env env, Napi::Object object, const Session& session);

  std::shared_ptr<SessionState> state_;
};

}  // namespace edge::js
