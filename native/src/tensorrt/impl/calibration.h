#pragma once

#include <memory>

#include "tensorrt/impl/caught.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// A calibrator of ours at work for a builder. TensorRT 11 has none: there, making one is an error that says
/// what to do instead.
class Calibration {
 public:
  virtual ~Calibration() = default;
  Calibration() = default;
  Calibration(const Calibration&) = delete;
  Calibration& operator=(const Calibration&) = delete;

  /// Makes the builder ask it. It outlives the build.
  /// @param profile whose best shapes the batches have; null for a network whose inputs have no open
  /// dimensions.
  /// @throws Error SHAPE_MISMATCH where TensorRT does not calibrate with it.
  virtual void applyTo(nvinfer1::IBuilderConfig& config, const nvinfer1::IOptimizationProfile* profile) = 0;
  /// Throws what was caught in a callback, if anything.
  virtual void rethrow() = 0;
};

/// @throws Error INVALID_ARGUMENT where this major version of TensorRT does not calibrate.
std::unique_ptr<Calibration> makeCalibration(Calibrator& calibrator);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
