#include "tensorrt/impl/dla.h"

#include <string>

#include "core/error.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

// NVIDIA took DLA out after 10.7, and put it back into 11.4.1 for AGX Orin with JetPack 7.2.2.
bool versionHasDla(const Version& version) {
  if (version.major == 10) return version.minor <= 7;
  return version.minor > 4 || (version.minor == 4 && version.patch >= 1);
}

}  // namespace

void setDla(const DlaSettings& dla, Precision precision, const Version& version,
            const nvinfer1::IBuilder& builder, nvinfer1::IBuilderConfig& config) {
  if (!versionHasDla(version)) {
    throw Error(ErrorCode::LIBRARY_INCOMPATIBLE,
                {"TensorRT " + text(version) + " cannot use a DLA",
                 "TensorRT up to 10.7, or from 11.4.1 on an AGX Orin", text(version),
                 "Build for the GPU, or use a JetPack that has such a version."});
  }
  const std::int32_t cores = builder.getNbDLACores();
  if (cores <= 0) {
    throw Error(ErrorCode::DEVICE_UNAVAILABLE,
                {"this device has no DLA that TensorRT can use", "a Jetson Orin NX, AGX Orin or AGX Xavier",
                 "no DLA core", "Build for the GPU."});
  }
  if (dla.core < 0 || dla.core >= cores) {
    throw Error(
        ErrorCode::INVALID_ARGUMENT,
        {"there is no such DLA core", "0 to " + std::to_string(cores - 1), std::to_string(dla.core), ""});
  }
  if (EDGE_TENSORRT_MAJOR == 10 && precision == Precision::fp32) {
    throw Error(ErrorCode::INVALID_ARGUMENT,
                {"a DLA does not compute in fp32", "the precision fp16, int8 or best", "fp32", ""});
  }
  config.setDefaultDeviceType(nvinfer1::DeviceType::kDLA);
  config.setDLACore(dla.core);
  if (dla.gpuFallback) config.setFlag(nvinfer1::BuilderFlag::kGPU_FALLBACK);
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
