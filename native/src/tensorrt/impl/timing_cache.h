#pragma once

#include <vector>

#include "tensorrt/impl/log.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Gives a builder what an earlier build measured, or an empty cache to fill. What TensorRT refuses is
/// replaced by an empty one, and becomes a warning.
/// @returns the cache, which outlives the build; null where none could be made, which only costs time.
Owned<nvinfer1::ITimingCache> attachTimingCache(const std::vector<std::uint8_t>& earlier,
                                                nvinfer1::IBuilderConfig& config, Log& log);

/// What the cache holds after a build.
std::vector<std::uint8_t> contentOf(const nvinfer1::ITimingCache* cache);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
