#pragma once

#include <napi.h>

namespace edge::js {

/// `writePixels` of lib/surface.ts.
Napi::Value writePixels(const Napi::CallbackInfo& info);

/// `resamplePixels` of lib/surface.ts.
Napi::Value resamplePixels(const Napi::CallbackInfo& info);

/// `nv12ToRgb` of lib/surface.ts.
Napi::Value nv12ToRgb(const Napi::CallbackInfo& info);

}  // namespace edge::js
