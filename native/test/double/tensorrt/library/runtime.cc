#include "runtime.h"

#include <memory>
#include <stdexcept>

#include "engine.h"
#include "log.h"

namespace edge::tensorrt_double {

namespace {

constexpr char kCall[] = "IRuntime::deserializeCudaEngine";

bool runsOn(const Plan& plan, const Gpu& device) {
  const bool same = plan.computeMajor == device.computeMajor && plan.computeMinor == device.computeMinor;
  switch (static_cast<HardwareCompatibilityLevel>(plan.hardwareCompatibility)) {
    case HardwareCompatibilityLevel::kAMPERE_PLUS:
      return device.computeMajor >= 8;
    default:
      return same;
  }
}

std::string compute(int major, int minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

}  // namespace

ICudaEngine* Runtime::onDeserializeCudaEngine(void const* blob, std::size_t size) {
  Plan plan;
  try {
    plan = decode(blob, size);
  } catch (const std::runtime_error& error) {
    logError(logger_, kCall, kSerialization, std::string("Serialization assertion failed: ") + error.what());
    return nullptr;
  }
  const Version here = version();
  const Version made = {plan.version[0], plan.version[1], plan.version[2], plan.version[3]};
  const bool sameVersion = made.major == here.major && made.minor == here.minor && made.patch == here.patch &&
                           made.build == here.build;
  if (!sameVersion && !(plan.versionCompatible && made.major == here.major)) {
    log(logger_, Severity::kERROR,
        "The engine plan file is not compatible with this version of TensorRT, expecting library version " +
            text(here) + " got " + text(made) + ", please rebuild.");
    return nullptr;
  }
  if (plan.versionCompatible && !hostCodeAllowed_) {
    logError(logger_, kCall, kApiUsage, "the engine has host code, and the runtime was not told to allow it");
    return nullptr;
  }
  const Gpu device = gpu();
  if (!runsOn(plan, device)) {
    log(logger_, Severity::kERROR,
        "The engine plan file is generated on an incompatible device, expecting compute " +
            compute(device.computeMajor, device.computeMinor) + " got compute " +
            compute(plan.computeMajor, plan.computeMinor) + ", please rebuild.");
    return nullptr;
  }
  if (const std::string plugin = missingPlugin(); !plugin.empty()) {
    logError(processLogger, "IPluginRegistry::getCreator", kBuilderUsage,
             "Cannot find plugin: " + plugin + ", version: 1, namespace:.");
    logError(logger_, kCall, kSerialization,
             "Serialization assertion creator failed. Cannot deserialize plugin since corresponding "
             "IPluginCreatorInterface not found in Plugin Registry");
    return nullptr;
  }
  if (plan.gpu != device.name) {
    log(logger_, Severity::kWARNING,
        "Using an engine plan file across different models of devices is not recommended and is likely to "
        "affect performance or even "
        "cause errors.");
  }
  return std::make_unique<Engine>(std::move(plan), logger_).release();
}

}  // namespace edge::tensorrt_double
