#pragma once

#include <napi.h>

#include <memory>

#include "core/error.h"

namespace edge::js {

// Tells our externals from those of other addons.
constexpr napi_type_tag kHandleTag = {0x6d1c9b3a52e04f7bULL, 0x9f0e3c5d7a1b4826ULL};

/// Makes an object of a wrapped class around a native value that JavaScript cannot forge.
template <typename Value>
Napi::Object construct(const Napi::FunctionReference& constructor, Value& value) {
  const Napi::Env env = constructor.Env();
  auto external = Napi::External<Value>::New(env, &value);
  external.TypeTag(&kHandleTag);
  return constructor.New({external});
}

/// The native value in a constructor's first argument.
/// @throws Error INVALID_ARGUMENT where there is none, because JavaScript called the constructor itself.
template <typename Value>
Value& constructedFrom(const Napi::CallbackInfo& info) {
  if (info.Length() == 1 && info[0].IsExternal()) {
    const auto external = info[0].As<Napi::External<Value>>();
    if (external.CheckTypeTag(&kHandleTag)) return *external.Data();
  }
  throw Error(ErrorCode::INVALID_ARGUMENT, {"native sessions and requests are not made with new", "", "",
                                            "Use Session.open() and createRequest()."});
}

}  // namespace edge::js
