#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The part of CUDA's driver API that is used, as `cuda.h` of CUDA 12 and 13 declares it: the ABI of these
/// functions has been the same since CUDA 11.4. Declared here rather than included: nothing is linked, and
/// the driver may be of any version. test/cuda-abi holds it against the toolkit's own header.
namespace edge::cuda::abi {

/// CUresult.
using Result = int;
inline constexpr Result kSuccess = 0;
inline constexpr Result kInvalidValue = 1;
inline constexpr Result kOutOfMemory = 2;
inline constexpr Result kNotInitialized = 3;
inline constexpr Result kDeinitialized = 4;
inline constexpr Result kStubLibrary = 34;
inline constexpr Result kDeviceUnavailable = 46;
inline constexpr Result kNoDevice = 100;
inline constexpr Result kInvalidDevice = 101;
inline constexpr Result kInvalidContext = 201;
inline constexpr Result kNoBinaryForGpu = 209;
inline constexpr Result kEccUncorrectable = 214;
inline constexpr Result kInvalidPtx = 218;
inline constexpr Result kNvlinkUncorrectable = 220;
inline constexpr Result kJitCompilerNotFound = 221;
inline constexpr Result kUnsupportedPtxVersion = 222;
inline constexpr Result kInvalidHandle = 400;
inline constexpr Result kIllegalState = 401;
inline constexpr Result kNotFound = 500;
inline constexpr Result kNotReady = 600;
inline constexpr Result kIllegalAddress = 700;
inline constexpr Result kLaunchTimeout = 702;
inline constexpr Result kContextIsDestroyed = 709;
inline constexpr Result kAssert = 710;
inline constexpr Result kHardwareStackError = 714;
inline constexpr Result kLaunchFailed = 719;
inline constexpr Result kNotPermitted = 800;
inline constexpr Result kSystemNotReady = 802;
inline constexpr Result kSystemDriverMismatch = 803;
inline constexpr Result kCaptureUnsupported = 900;
inline constexpr Result kCaptureInvalidated = 901;
inline constexpr Result kCaptureIsolation = 905;
inline constexpr Result kCapturedEvent = 907;
inline constexpr Result kCaptureWrongThread = 908;
inline constexpr Result kUnknown = 999;

using Device = int;                        ///< CUdevice
using DevicePointer = unsigned long long;  ///< CUdeviceptr, NOLINT(google-runtime-int): the header's own type
using Context = struct CUctx_st*;
using Stream = struct CUstream_st*;
using Event = struct CUevent_st*;
using Graph = struct CUgraph_st*;
using GraphExec = struct CUgraphExec_st*;
using Module = struct CUmod_st*;
using Function = struct CUfunc_st*;
/// CUhostFn: must call nothing of CUDA.
using HostFunction = void (*)(void* user);

/// CUuuid.
struct Uuid {
  std::array<unsigned char, 16> bytes;
};

/// CUdevice_attribute
enum class DeviceAttribute : int {
  multiprocessors = 16,
  integrated = 18,
  canMapHostMemory = 19,
  computeCapabilityMajor = 75,
  computeCapabilityMinor = 76,
};

/// CUpointer_attribute
enum class PointerAttribute : int {
  memoryType = 2,
  deviceOrdinal = 9,
  rangeStart = 11,
  rangeSize = 12,
};

/// CUmemorytype
enum class MemoryType : unsigned {
  host = 1,
  device = 2,
  array = 3,
  unified = 4,
};

/// CUjit_option
enum class JitOption : int {
  errorLog = 5,
  errorLogBytes = 6,
};

/// CUstreamCaptureMode
enum class CaptureMode : int {
  global = 0,
  threadLocal = 1,
  relaxed = 2,
};

/// CUstreamCaptureStatus
enum class CaptureStatus : int {
  none = 0,
  active = 1,
  invalidated = 2,
};

inline constexpr unsigned kHostPortable = 1;  ///< CU_MEMHOSTALLOC_PORTABLE
inline constexpr unsigned kHostMapped = 2;    ///< CU_MEMHOSTALLOC_DEVICEMAP
inline constexpr unsigned kHostWriteCombined =
    4;  ///< CU_MEMHOSTALLOC_WRITECOMBINED: slow to read; never used
inline constexpr unsigned kStreamNonBlocking = 1;   ///< CU_STREAM_NON_BLOCKING
inline constexpr unsigned kEventBlockingSync = 1;   ///< CU_EVENT_BLOCKING_SYNC
inline constexpr unsigned kEventDisableTiming = 2;  ///< CU_EVENT_DISABLE_TIMING

/// The driver's address of something as others want it: TensorRT, say.
inline void* toPointer(DevicePointer address) noexcept {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the driver's addresses are numbers
  return reinterpret_cast<void*>(address);
}

}  // namespace edge::cuda::abi
