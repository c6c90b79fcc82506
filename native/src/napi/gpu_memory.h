#pragma once

#include <napi.h>

namespace edge::js {

/// `gpuMemory` of lib/surface.ts.
Napi::Value gpuMemory(const Napi::CallbackInfo& info);

}  // namespace edge::js
