#include "tensorrt/impl/build.h"

#include <optional>

#include "core/error.h"
#include "tensorrt/impl/builder_config.h"
#include "tensorrt/impl/calibration.h"
#include "tensorrt/impl/dla.h"
#include "tensorrt/impl/log.h"
#include "tensorrt/impl/parser.h"
#include "tensorrt/impl/precision.h"
#include "tensorrt/impl/profiles.h"
#include "tensorrt/impl/progress.h"
#include "tensorrt/impl/timing_cache.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

/// One build: what is declared first is destroyed last, as TensorRT demands it.
class Build {
 public:
  Build(const EntryPoints& entryPoints, BuildObserver* observer, Calibrator* calibrator)
      : entryPoints_(entryPoints), log_(lendLog()), calibrator_(calibrator) {
    if (observer != nullptr) monitor_.emplace(*observer);
    builder_ = owned<nvinfer1::IBuilder>(reinterpret_cast<CreateForLogger>(entryPoints_.createInferBuilder)(
        log_.get(), versionNumber(entryPoints_.version)));
    if (builder_ == nullptr) throw deviceFailure("TensorRT could not make a builder", *log_);
    // No flags: batches are explicit in both majors, and 11 is strongly typed whatever one says.
    network_ = made(builder_->createNetworkV2(0), "a network");
    config_ = made(builder_->createBuilderConfig(), "a builder's configuration");
  }

  BuiltEngine run(const OnnxContent& model, const BuildSettings& settings) {
    parser_ = parse(entryPoints_, model, *network_, *log_);
    applySettings(settings, entryPoints_.version, *config_);
    if (calibrator_ != nullptr) useCalibrator();
    if (settings.dla) setDla(*settings.dla, settings.precision, entryPoints_.version, *builder_, *config_);
    setPrecision(settings.precision, calibration_ != nullptr, *network_, *config_);
    const nvinfer1::IOptimizationProfile* profile =
        addProfiles(settings.profiles, *network_, *builder_, *config_, *log_);
    if (settings.versionCompatible) keepPlugins();
    timingCache_ = attachTimingCache(settings.timingCache, *config_, *log_);
    if (monitor_) config_->setProgressMonitor(&*monitor_);
    if (calibration_ != nullptr) {
      calibrator_->expect(calibrationInputs(*network_, settings.profiles));
      calibration_->applyTo(*config_, profile);
    }
    return serialized();
  }

 private:
  template <typename Object>
  Owned<Object> made(Object* object, const char* what) {
    auto taken = owned<Object>(object);
    if (taken != nullptr) return taken;
    throw failure(ErrorCode::ENGINE_BUILD_FAILED, std::string("TensorRT could not make ") + what, *log_);
  }

  void useCalibrator() {
    if (quantizes(*network_)) {
      log_->warn(
          "The calibration is not used: the model has QuantizeLinear and DequantizeLinear nodes, which say "
          "what ranges its values have.");
      return;
    }
    calibration_ = makeCalibration(*calibrator_);
  }

  /// A plan that other versions shall run brings the plugins along that the parser took.
  void keepPlugins() {
    std::int64_t count = 0;
    const char* const* paths = parser_->getUsedVCPluginLibraries(count);
    if (paths != nullptr && count > 0)
      config_->setPluginsToSerialize(paths, static_cast<std::int32_t>(count));
  }

  BuiltEngine serialized() {
    const auto plan = owned<nvinfer1::IHostMemory>(builder_->buildSerializedNetwork(*network_, *config_));
    if (monitor_) {
      monitor_->rethrow();
      if (monitor_->cancelled())
        throw Error(ErrorCode::ABORTED, {"the build of the engine was aborted", "", "", ""});
    }
    if (calibration_ != nullptr) calibration_->rethrow();
    if (plan == nullptr || plan->data() == nullptr || plan->size() == 0) {
      throw failure(
          ErrorCode::ENGINE_BUILD_FAILED,
          "TensorRT " + text(entryPoints_.version) + " could not build an engine", *log_,
          "The message names the layer; a larger workspace, another precision or another opset may help.");
    }
    const auto* first = static_cast<const std::uint8_t*>(plan->data());
    BuiltEngine built;
    built.plan.assign(first, first + plan->size());
    built.timingCache = contentOf(timingCache_.get());
    built.warnings = log_->takeWarnings();
    return built;
  }

  const EntryPoints& entryPoints_;
  LentLog log_;
  std::optional<ProgressMonitor> monitor_;
  Calibrator* calibrator_;
  std::unique_ptr<Calibration> calibration_;
  // Caches outlive the builders that use them.
  Owned<nvinfer1::ITimingCache> timingCache_;
  Owned<nvinfer1::IBuilder> builder_;
  Owned<nvinfer1::INetworkDefinition> network_;
  Owned<nvonnxparser::IParser> parser_;
  Owned<nvinfer1::IBuilderConfig> config_;
};

}  // namespace

BuiltEngine build(const EntryPoints& entryPoints, const OnnxContent& model, const BuildSettings& settings,
                  BuildObserver* observer, Calibrator* calibrator) {
  return Build(entryPoints, observer, calibrator).run(model, settings);
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
