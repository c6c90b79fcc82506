#pragma once

#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Whether the model itself says what is computed in 8 bits, by QuantizeLinear and DequantizeLinear nodes.
bool quantizes(const nvinfer1::INetworkDefinition& network);

/// Lets a builder take number formats. On TensorRT 10 these are permissions; on 11, where the model says what
/// each tensor is, nothing is set, and what the model cannot give is an error.
/// @param calibrated whether a calibrator gives ranges for int8.
/// @throws Error MODEL_UNSUPPORTED where the model cannot be built so.
void setPrecision(Precision precision, bool calibrated, const nvinfer1::INetworkDefinition& network,
                  nvinfer1::IBuilderConfig& config);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
