#pragma once

#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Sends a network's layers to a Deep Learning Accelerator.
/// @throws Error LIBRARY_INCOMPATIBLE where this version of TensorRT does not know them, DEVICE_UNAVAILABLE
/// where the board has none, INVALID_ARGUMENT.
void setDla(const DlaSettings& dla, Precision precision, const Version& version,
            const nvinfer1::IBuilder& builder, nvinfer1::IBuilderConfig& config);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
