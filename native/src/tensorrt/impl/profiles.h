#pragma once

#include <vector>

#include "tensorrt/impl/log.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Gives a builder its optimization profiles, after a check that says what is missing or does not fit, by the
/// inputs' names: what TensorRT itself says of a wrong profile names neither.
/// @returns the first profile, which is the builder's; null where there is none.
/// @throws Error SHAPE_MISMATCH, TENSOR_NOT_FOUND, MODEL_UNSUPPORTED.
const nvinfer1::IOptimizationProfile* addProfiles(const std::vector<Profile>& profiles,
                                                  const nvinfer1::INetworkDefinition& network,
                                                  nvinfer1::IBuilder& builder,
                                                  nvinfer1::IBuilderConfig& config, Log& log);

/// What one calibration batch has to hold: the inputs' own shapes, or the first profile's best ones.
std::vector<CalibrationInput> calibrationInputs(const nvinfer1::INetworkDefinition& network,
                                                const std::vector<Profile>& profiles);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
