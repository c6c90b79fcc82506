#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "core/buffer.h"
#include "napi/arguments.h"
#include "tensorrt/api.h"
#include "tensorrt/calibration_feed.h"
#include "tensorrt/settings.h"

namespace edge::js {

/// `TensorRtLibraries` of lib/surface.ts.
struct TensorRtLibraries {
  std::vector<LibraryCandidate> tensorrt;
  std::vector<LibraryCandidate> cuda;
};

// All of these throw Error INVALID_ARGUMENT, naming the property.

/// Places of CUDA's driver: those that were given; without any, those where it usually lies.
std::vector<LibraryCandidate> cudaCandidates(const Napi::Value& value);

TensorRtLibraries tensorRtLibraries(const Arguments& options);

/// A copy of bytes that JavaScript may change or detach meanwhile.
std::shared_ptr<const Buffer> bytesCopy(const Arguments& options, const char* key);

/// Of `EngineBuildOptions`.
tensorrt::BuildSettings buildSettings(const Arguments& options);

/// Of `EngineBuildOptions`; null where there is no calibration.
std::shared_ptr<tensorrt::CalibrationFeed> calibrationFeed(const Arguments& options);

/// A batch for calibration: bytes by the inputs' names.
tensorrt::CalibrationBatch calibrationBatch(const Napi::Value& value);

/// Of `TensorRtSessionOptions`.
tensorrt::RunSettings runSettings(const Arguments& options);

}  // namespace edge::js
