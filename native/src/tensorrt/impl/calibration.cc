#include "tensorrt/impl/calibration.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/error.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

#if EDGE_TENSORRT_MAJOR == 10

// Calibrators are deprecated since 10.1, and are all there is for a model without Q/DQ nodes.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace {

/// @tparam Base TensorRT's interface for one method of choosing ranges.
template <typename Base>
class Forwarding final : public Base {
 public:
  explicit Forwarding(Calibrator& calibrator) : calibrator_(calibrator) {}

  // Of networks with implicit batches, which there are none of any more: the inputs' shapes have the batch.
  std::int32_t getBatchSize() const noexcept override { return 1; }

  bool getBatch(void* bindings[], const char* names[], std::int32_t count) noexcept override {
    try {
      if (caught_.any()) return false;
      const std::vector<std::string> inputs(names, names + count);
      std::vector<void*> addresses;
      if (!calibrator_.nextBatch(inputs, addresses)) return false;
      check(inputs, addresses);
      std::copy(addresses.begin(), addresses.end(), bindings);
      return true;
    } catch (...) {
      caught_.keep();
      return false;
    }
  }

  const void* readCalibrationCache(std::size_t& length) noexcept override {
    length = 0;
    const std::vector<std::uint8_t>* cache = calibrator_.readCache();
    if (cache == nullptr || cache->empty()) return nullptr;
    length = cache->size();
    return cache->data();
  }

  void writeCalibrationCache(const void* data, std::size_t length) noexcept override {
    calibrator_.writeCache(data, length);
  }

  void rethrow() { caught_.rethrow(); }

 private:
  static void check(const std::vector<std::string>& inputs, const std::vector<void*>& addresses) {
    if (addresses.size() == inputs.size() &&
        std::find(addresses.begin(), addresses.end(), nullptr) == addresses.end()) {
      return;
    }
    std::string names;
    for (const std::string& input : inputs) names += (names.empty() ? "" : ", ") + input;
    throw Error(ErrorCode::INTERNAL, {"a calibration batch does not have an address for each input",
                                      std::to_string(inputs.size()) + " addresses, for " + names,
                                      std::to_string(addresses.size()), "Please report this."});
  }

  Calibrator& calibrator_;
  Caught caught_;
};

template <typename Base>
class CalibrationBy final : public Calibration {
 public:
  explicit CalibrationBy(Calibrator& calibrator) : forwarding_(calibrator) {}
  void applyTo(nvinfer1::IBuilderConfig& config, const nvinfer1::IOptimizationProfile* profile) override {
    config.setInt8Calibrator(&forwarding_);
    if (profile == nullptr || config.setCalibrationProfile(profile)) return;
    throw Error(ErrorCode::SHAPE_MISMATCH,
                {"TensorRT refuses to calibrate with the first optimization profile", "", "",
                 "Give another \"opt\": batches of calibration have its shapes."});
  }
  void rethrow() override { forwarding_.rethrow(); }

 private:
  Forwarding<Base> forwarding_;
};

}  // namespace

std::unique_ptr<Calibration> makeCalibration(Calibrator& calibrator) {
  switch (calibrator.method()) {
    case CalibrationMethod::entropy:
      return std::make_unique<CalibrationBy<nvinfer1::IInt8EntropyCalibrator2>>(calibrator);
    case CalibrationMethod::minMax:
      return std::make_unique<CalibrationBy<nvinfer1::IInt8MinMaxCalibrator>>(calibrator);
  }
  throw Error(ErrorCode::INTERNAL, {"an unknown calibration method", "", "", "Please report this."});
}

#else

std::unique_ptr<Calibration> makeCalibration(Calibrator& /*calibrator*/) {
  throw Error(ErrorCode::INVALID_ARGUMENT,
              {"TensorRT " + std::to_string(EDGE_TENSORRT_MAJOR) +
                   " does not calibrate: it has int8 only from the model",
               "a model with QuantizeLinear and DequantizeLinear nodes, and no calibrator", "a calibrator",
               "Quantize the ONNX file first, with onnxruntime's quantize_static, say, and build that."});
}

#endif

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
