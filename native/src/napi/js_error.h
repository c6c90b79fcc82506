#pragma once

#include <napi.h>

#include "core/error.h"

namespace edge::js {

/// A JavaScript Error with `code`, and `expected`, `found`, `remedy` where they are known. The loader makes
/// an EdgeError of it.
/// @returns null if the environment can no longer make one.
napi_value createError(napi_env env, const Error& error) noexcept;

/// Calls a function and turns what it throws into a JavaScript exception.
template <typename Function>
Napi::Value guarded(Napi::Env env, Function&& function) {
  try {
    return function();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    const napi_value error = createError(env, currentError());
    if (error == nullptr) throw Napi::Error::New(env, "the environment is shutting down");
    throw Napi::Error(env, error);
  }
}

}  // namespace edge::js
