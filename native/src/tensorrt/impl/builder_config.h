#pragma once

#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Tells a builder everything of the settings that is not a matter of precision, profiles or caches.
/// @throws Error INVALID_ARGUMENT; LIBRARY_INCOMPATIBLE where this version of TensorRT does not have what was
/// asked for.
void applySettings(const BuildSettings& settings, const Version& version, nvinfer1::IBuilderConfig& config);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
