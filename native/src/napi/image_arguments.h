#pragma once

#include <cstdint>

#include "gpu_image/nv12.h"
#include "image/pixel_writer.h"
#include "image/resampler.h"
#include "napi/arguments.h"

namespace edge::js {

/// Longest side of a picture that is written or resampled to.
constexpr std::int64_t kMostSide = 65536;

// Each throws Error INVALID_ARGUMENT that names the property.

/// What a `PixelWrite` says of values. Throws Error DTYPE_MISMATCH too.
image::Conversion conversionOf(const Arguments& options, std::size_t channels);

/// `ResampleKernel`.
image::Kernel kernelOf(const std::string& kernel);

/// `ResampleAxis`.
image::Axis axisOf(const Arguments& axis);

/// `ChromaPlane`.
gpu_image::Nv12Layout nv12LayoutOf(const Arguments& chroma, std::size_t rowBytes);

}  // namespace edge::js
