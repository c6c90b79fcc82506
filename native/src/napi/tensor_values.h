#pragma once

#include <napi.h>

#include <cstdint>
#include <vector>

#include "core/session.h"

namespace edge::js {

/// `TensorInfo[]` of lib/surface.ts.
Napi::Array tensorInfos(Napi::Env env, const std::vector<TensorDesc>& tensors);

/// `NativeSignature[]` of lib/surface.ts.
Napi::Array signatureInfos(Napi::Env env, const std::vector<SignatureDesc>& signatures);

/// Dimensions as an array of numbers.
Napi::Array dimensions(Napi::Env env, const std::vector<std::int64_t>& shape);

/// `PhaseTime[]` of lib/surface.ts.
Napi::Array phaseTimes(Napi::Env env, const std::vector<PhaseTime>& times);

/// `LibraryInfo` of lib/surface.ts.
Napi::Object libraryInfo(Napi::Env env, const LibraryInfo& library);

}  // namespace edge::js
