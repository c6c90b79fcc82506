#pragma once

#include <napi.h>

#include <vector>

#include "core/session.h"

namespace edge::js {

/// `TensorInfo[]` of lib/surface.ts.
Napi::Array tensorInfos(Napi::Env env, const std::vector<TensorDesc>& tensors);

/// `LibraryInfo` of lib/surface.ts.
Napi::Object libraryInfo(Napi::Env env, const LibraryInfo& library);

}  // namespace edge::js
