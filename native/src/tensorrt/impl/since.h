#pragma once

#include "tensorrt/impl/vendor.h"

/// From which minor version on the functions and values that this directory uses can be used. Within a major
/// version TensorRT appends to its tables of virtual functions, so that what an x.0 library has may be called
/// on every later one, and nothing else without a look at this table and at the version that the library
/// reports.
///
/// One exception is known: 10.8, and no other, has an additional function in the midst of
/// INetworkDefinition's table (slot 61, addCumulative). Of that class only functions before it are called
/// here.
namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE::since {

#if EDGE_TENSORRT_MAJOR == 10
inline constexpr int kDeviceMemorySizeV2 = 1;     ///< ICudaEngine::getDeviceMemorySizeV2
inline constexpr int kSameComputeCapability = 9;  ///< HardwareCompatibilityLevel::kSAME_COMPUTE_CAPABILITY
inline constexpr int kEngineStat = 14;            ///< ICudaEngine::getEngineStat
#else
inline constexpr int kDeviceMemorySizeV2 = 0;
inline constexpr int kSameComputeCapability = 0;
inline constexpr int kEngineStat = 0;
#endif

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE::since
