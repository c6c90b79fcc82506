#pragma once

#include <cstddef>
#include <cstdint>

/// The part of CUDA's driver API that is used, as `cuda.h` of CUDA 12 and 13 declares it: the ABI of these functions has been the same
/// since CUDA 11. Declared here, because no package registry has the header without the toolkit, and nothing is linked.
namespace edge::cuda {

using Result = int;  ///< CUresult; 0 is success.
inline constexpr Result kSuccess = 0;
inline constexpr Result kOutOfMemory = 2;
inline constexpr Result kNoDevice = 100;
inline constexpr Result kNotReady = 600;

using Device = int;                  ///< CUdevice
using DevicePointer = std::uintptr_t;  ///< CUdeviceptr, 64 bits wide
using Context = struct CUctx_st*;
using Stream = struct CUstream_st*;
using Event = struct CUevent_st*;
using Graph = struct CUgraph_st*;
using GraphExec = struct CUgraphExec_st*;
using Module = struct CUmod_st*;
using Function = struct CUfunc_st*;

/// CUdevice_attribute
enum class DeviceAttribute : int {
  multiprocessors = 16,
  integrated = 18,
  canMapHostMemory = 19,
  computeCapabilityMajor = 75,
  computeCapabilityMinor = 76,
};

inline constexpr unsigned kHostPortable = 1;       ///< CU_MEMHOSTALLOC_PORTABLE
inline constexpr unsigned kHostMapped = 2;         ///< CU_MEMHOSTALLOC_DEVICEMAP
inline constexpr unsigned kStreamNonBlocking = 1;  ///< CU_STREAM_NON_BLOCKING
inline constexpr unsigned kEventBlockingSync = 1;  ///< CU_EVENT_BLOCKING_SYNC
inline constexpr unsigned kEventDisableTiming = 2;
inline constexpr int kCaptureThreadLocal = 1;      ///< CU_STREAM_CAPTURE_MODE_THREAD_LOCAL

}  // namespace edge::cuda
