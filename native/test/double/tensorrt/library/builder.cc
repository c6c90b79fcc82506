#include "builder.h"

#include <algorithm>

#include "calibration.h"
#include "log.h"

namespace edge::tensorrt_double {

namespace {

constexpr char kCall[] = "IBuilder::buildSerializedNetwork";
/// What a layer needs to work with; a smaller limit leaves no implementation.
constexpr std::size_t kWorkspaceBytes = 1024;

/// Tells a monitor of phases, and ends those that are open.
class Progress {
 public:
  explicit Progress(IProgressMonitor* monitor) : monitor_(monitor) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    while (!open_.empty()) finish();
  }

  void start(const char* phase, std::size_t steps) {
    if (monitor_ != nullptr) {
      monitor_->phaseStart(phase, open_.empty() ? nullptr : open_.back(), static_cast<std::int32_t>(steps));
    }
    open_.push_back(phase);
  }

  /// @returns whether to go on.
  bool step(std::size_t step) {
    buildStep();
    return monitor_ == nullptr || monitor_->stepComplete(open_.back(), static_cast<std::int32_t>(step));
  }

  void finish() {
    if (monitor_ != nullptr) monitor_->phaseFinish(open_.back());
    open_.pop_back();
  }

 private:
  IProgressMonitor* monitor_;
  std::vector<const char*> open_;
};

bool isOpen(const Shape& shape) {
  for (const std::int64_t length : shape) {
    if (length < 0) return true;
  }
  return false;
}

/// Why the shapes of a profile do not fit an input, or nothing.
std::string mismatch(const TensorInfo& input, const ProfileShapes& profile) {
  const auto found = profile.find(input.name);
  if (found == profile.end()) {
    return isOpen(input.shape) ? "Network has dynamic input " + input.name +
                                     ", but the optimization profile has no shapes for it."
                               : "";
  }
  for (const Shape& allowed : found->second) {
    bool fits = allowed.size() == input.shape.size();
    for (std::size_t axis = 0; fits && axis < allowed.size(); ++axis) {
      fits = input.shape[axis] < 0 || input.shape[axis] == allowed[axis];
    }
    if (!fits)
      return "profile shape " + text(allowed) + " does not fit input " + input.name + " of shape " +
             text(input.shape);
  }
  return "";
}

#if NV_TENSORRT_MAJOR < 11
/// Whether the model itself says what is computed in int8.
bool isQuantized(const Plan& plan) {
  return std::any_of(plan.nodes.begin(), plan.nodes.end(),
                     [](const Node& node) { return node.op == Op::quantize || node.op == Op::dequantize; });
}
#endif

/// Why nothing can be built, or nothing.
std::string objection(const Network& network, const Plan& plan, const BuilderConfig& config) {
  if (plan.io().empty() || network.onGetNbOutputs() == 0) return "Network must have at least one output";
  bool open = false;
  for (const TensorInfo* tensor : plan.io()) {
    if (!tensor->input) continue;
    open = open || isOpen(tensor->shape);
    for (const ProfileShapes& profile : config.profiles) {
      std::string reason = mismatch(*tensor, profile);
      if (!reason.empty()) return reason;
    }
  }
  if (open && config.profiles.empty()) {
    return "Network has dynamic or shape inputs, but no optimization profile has been defined.";
  }
#if NV_TENSORRT_MAJOR < 11
  const BuilderFlags precisions = 1U << static_cast<unsigned>(BuilderFlag::kFP16) |
                                  1U << static_cast<unsigned>(BuilderFlag::kINT8) |
                                  1U << static_cast<unsigned>(BuilderFlag::kBF16);
  const bool stronglyTyped = network.onGetFlag(NetworkDefinitionCreationFlag::kSTRONGLY_TYPED);
  if (stronglyTyped && (config.onGetFlags() & precisions) != 0) {
    return "precision flags are not allowed for a strongly typed network";
  }
  if (!stronglyTyped && isQuantized(plan) && !config.onGetFlag(BuilderFlag::kINT8)) {
    return "Int8 precision has been set for a layer or layer output, but int8 is not configured in the "
           "builder";
  }
#endif
  if (config.onGetDefaultDeviceType() == DeviceType::kDLA) {
    if (config.onGetDLACore() >= dlaCores())
      return "there is no DLA core " + std::to_string(config.onGetDLACore());
    for (const auto& layer : network.layers()) {
      if (!config.onGetFlag(BuilderFlag::kGPU_FALLBACK) && !config.onCanRunOnDLA(&layer->layer())) {
        return "DLA: layer " + layer->name + " cannot run on DLA, and GPU fallback is not enabled";
      }
    }
  }
  return "";
}

bool timeLayers(const Plan& plan, const BuilderConfig& config, Progress& progress) {
  progress.start("Timing layers", plan.nodes.size());
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const Node& node = plan.nodes[i];
    const bool known = config.timingCache != nullptr && config.timingCache->has(node.name);
    log(config.logger, Severity::kVERBOSE, (known ? "Found in the timing cache: " : "Timing: ") + node.name);
    if (config.timingCache != nullptr) config.timingCache->add(node.name);
    if (!progress.step(i)) return false;
  }
  progress.finish();
  return true;
}

void describe(Plan& plan, const BuilderConfig& config) {
  const Version here = version();
  plan.version = {here.major, here.minor, here.patch, here.build};
  const Gpu device = gpu();
  plan.gpu = device.name;
  plan.computeMajor = device.computeMajor;
  plan.computeMinor = device.computeMinor;
  plan.versionCompatible = config.onGetFlag(BuilderFlag::kVERSION_COMPATIBLE);
  plan.hardwareCompatibility = static_cast<std::int32_t>(config.onGetHardwareCompatibilityLevel());
  plan.refittable = config.onGetFlag(BuilderFlag::kREFIT);
  plan.verbosity = static_cast<std::int32_t>(config.onGetProfilingVerbosity());
  plan.profiles = config.profiles;
  // An engine without open dimensions has one profile too, of the shapes there are.
  if (plan.profiles.empty()) plan.profiles.emplace_back();
#if NV_TENSORRT_MAJOR < 11
  plan.half = config.onGetFlag(BuilderFlag::kFP16);
#endif
}

}  // namespace

IBuilderConfig* Builder::onCreateBuilderConfig() {
  return std::make_unique<BuilderConfig>(logger_).release();
}

INetworkDefinition* Builder::onCreateNetworkV2(NetworkDefinitionCreationFlags flags) {
  return std::make_unique<Network>(*this, logger_, flags).release();
}

IOptimizationProfile* Builder::onCreateOptimizationProfile() {
  return profiles_.emplace_back(std::make_unique<OptimizationProfile>()).get();
}

IHostMemory* Builder::onBuildSerializedNetwork(INetworkDefinition& network, IBuilderConfig& config) {
  const auto& ownNetwork = static_cast<Network&>(network);
  const auto& ownConfig = static_cast<BuilderConfig&>(config);
  Plan plan = ownNetwork.plan();
  const std::string reason = objection(ownNetwork, plan, ownConfig);
  if (!reason.empty()) {
    logError(logger_, kCall, kBuilderUsage, reason);
    return nullptr;
  }
  if (ownConfig.onGetMemoryPoolLimit(MemoryPoolType::kWORKSPACE) < kWorkspaceBytes) {
    logError(logger_, kCall, kNoImplementation,
             "Could not find any implementation for node " + plan.nodes.front().name + ".");
    return nullptr;
  }

  Progress progress(ownConfig.onGetProgressMonitor());
  progress.start("Building an engine", 3);
  bool goesOn = progress.step(0);
#if NV_TENSORRT_MAJOR < 11
  if (goesOn && ownConfig.onGetFlag(BuilderFlag::kINT8)) {
    if (isQuantized(plan)) {
      if (ownConfig.calibrator != nullptr) {
        log(logger_, Severity::kWARNING, "Calibrator won't be used in explicit quantization mode.");
      }
    } else if (ownConfig.calibrator != nullptr) {
      if (!calibrate(plan, ownConfig)) return nullptr;
    } else {
      log(logger_, Severity::kWARNING,
          "Calibrator is not being used. Users must provide dynamic range for all tensors that are not Int32 "
          "or Bool.");
    }
  }
#endif
  goesOn = goesOn && timeLayers(plan, ownConfig, progress) && progress.step(1) && progress.step(2);
  if (!goesOn) {
    logError(logger_, kCall, kInternal, "the build was cancelled by its progress monitor");
    return nullptr;
  }
  describe(plan, ownConfig);
  log(logger_, Severity::kINFO, "Engine generation completed.");
  return std::make_unique<HostMemory>(encode(plan)).release();
}

}  // namespace edge::tensorrt_double
