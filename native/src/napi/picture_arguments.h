#pragma once

#include <napi.h>

#include "gpu_image/picture.h"

namespace edge::js {

/// `DevicePicture` of lib/tensorrt-surface.ts. Pixels of the processor are good until JavaScript runs again.
/// Throws Error INVALID_ARGUMENT, DTYPE_MISMATCH.
gpu_image::Picture pictureOf(const Napi::Value& value);

}  // namespace edge::js
