#include "tensorrt/impl/builder_config.h"

#include <string>

#include "core/error.h"
#include "tensorrt/impl/since.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

using nvinfer1::BuilderFlag;
using nvinfer1::HardwareCompatibilityLevel;
using nvinfer1::IBuilderConfig;

void setHardwareCompatibility(HardwareCompatibility wanted, const Version& version, IBuilderConfig& config) {
  switch (wanted) {
    case HardwareCompatibility::none:
      return;
    case HardwareCompatibility::amperePlus:
      config.setHardwareCompatibilityLevel(HardwareCompatibilityLevel::kAMPERE_PLUS);
      return;
    case HardwareCompatibility::sameComputeCapability:
      if (!version.atLeastMinor(since::kSameComputeCapability)) {
        throw Error(
            ErrorCode::LIBRARY_INCOMPATIBLE,
            {"TensorRT " + text(version) + " cannot build an engine for all GPUs of one compute capability",
             "TensorRT " + std::to_string(EDGE_TENSORRT_MAJOR) + "." +
                 std::to_string(since::kSameComputeCapability) + " or newer",
             text(version), "Build on each kind of GPU, or for Ampere and newer."});
      }
      config.setHardwareCompatibilityLevel(HardwareCompatibilityLevel::kSAME_COMPUTE_CAPABILITY);
      return;
  }
}

void setOptimizationLevel(int level, IBuilderConfig& config) {
  if (level < 0 || level > 5) {
    throw Error(ErrorCode::INVALID_ARGUMENT,
                {"the optimization level is out of range", "0 to 5", std::to_string(level), ""});
  }
  config.setBuilderOptimizationLevel(level);
}

}  // namespace

void applySettings(const BuildSettings& settings, const Version& version, IBuilderConfig& config) {
  if (settings.workspaceBytes) {
    config.setMemoryPoolLimit(nvinfer1::MemoryPoolType::kWORKSPACE, *settings.workspaceBytes);
  }
  if (settings.optimizationLevel) setOptimizationLevel(*settings.optimizationLevel, config);
  if (settings.tf32) {
    config.setFlag(BuilderFlag::kTF32);
  } else {
    config.clearFlag(BuilderFlag::kTF32);
  }
  if (settings.versionCompatible) config.setFlag(BuilderFlag::kVERSION_COMPATIBLE);
  if (settings.refittable) config.setFlag(BuilderFlag::kREFIT);
  if (settings.detailedProfiling) config.setProfilingVerbosity(nvinfer1::ProfilingVerbosity::kDETAILED);
  setHardwareCompatibility(settings.hardwareCompatibility, version, config);
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
