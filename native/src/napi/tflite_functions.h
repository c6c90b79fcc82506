#pragma once

#include <napi.h>

namespace edge::js {

/// `openTfliteSession` of lib/surface.ts.
Napi::Value openTfliteSession(const Napi::CallbackInfo& info);

/// `describeTflite` of lib/surface.ts.
Napi::Value describeTflite(const Napi::CallbackInfo& info);

}  // namespace edge::js
