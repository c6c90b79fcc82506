#pragma once

#include <napi.h>

namespace edge::js {

/// `describeCuda` of lib/surface.ts.
Napi::Value describeCuda(const Napi::CallbackInfo& info);

/// `describeTensorRt` of lib/surface.ts.
Napi::Value describeTensorRt(const Napi::CallbackInfo& info);

/// `buildEngine` of lib/surface.ts.
Napi::Value buildEngine(const Napi::CallbackInfo& info);

/// `openTensorRtSession` of lib/surface.ts.
Napi::Value openTensorRtSession(const Napi::CallbackInfo& info);

}  // namespace edge::js
