// Holds cuda/abi.h against CUDA's own header: compiling this is the test, once for each major version.
#include <cuda.h>

#include <type_traits>

#include "cuda/library.h"

namespace {

namespace abi = edge::cuda::abi;

static_assert(CUDA_VERSION / 1000 == EDGE_CUDA_MAJOR, "the folder has the header of another version");

/// Passed alike: addresses of whatever, and numbers of one size.
template <typename Theirs, typename Ours>
constexpr bool alike() {
  if constexpr (std::is_pointer_v<Theirs> || std::is_pointer_v<Ours>) {
    return std::is_pointer_v<Theirs> && std::is_pointer_v<Ours>;
  } else {
    return sizeof(Theirs) == sizeof(Ours) &&
           std::is_floating_point_v<Theirs> == std::is_floating_point_v<Ours>;
  }
}

template <typename Theirs, typename Ours>
struct Same : std::false_type {};

template <typename... Theirs, typename... Ours>
struct Same<CUresult (*)(Theirs...), abi::Result (*)(Ours...)>
    : std::bool_constant<sizeof...(Theirs) == sizeof...(Ours)> {};

template <typename Theirs, typename Ours>
struct Parameters : std::false_type {};

template <typename... Theirs, typename... Ours>
struct Parameters<CUresult (*)(Theirs...), abi::Result (*)(Ours...)>
    : std::bool_constant<(... && alike<Theirs, Ours>())> {};

// NOLINTBEGIN(bugprone-macro-parentheses): names take none
#define EDGE_EXPORT(symbol, member)                                                    \
  static_assert(Same<decltype(&symbol), decltype(edge::cuda::Driver::member)>::value); \
  static_assert(Parameters<decltype(&symbol), decltype(edge::cuda::Driver::member)>::value);
#include "exports.def"
#undef EDGE_EXPORT
// NOLINTEND(bugprone-macro-parentheses)

#define EDGE_SAME(ours, theirs) static_assert(static_cast<long long>(ours) == static_cast<long long>(theirs))

EDGE_SAME(sizeof(abi::Result), sizeof(CUresult));
EDGE_SAME(sizeof(abi::Uuid), sizeof(CUuuid));
EDGE_SAME(sizeof(abi::PointerAttribute), sizeof(CUpointer_attribute));
EDGE_SAME(sizeof(abi::MemoryType), sizeof(CUmemorytype));
EDGE_SAME(sizeof(abi::JitOption), sizeof(CUjit_option));
EDGE_SAME(sizeof(abi::CaptureStatus), sizeof(CUstreamCaptureStatus));
static_assert(std::is_same_v<abi::DevicePointer, CUdeviceptr>);

EDGE_SAME(abi::kSuccess, CUDA_SUCCESS);
EDGE_SAME(abi::kInvalidValue, CUDA_ERROR_INVALID_VALUE);
EDGE_SAME(abi::kOutOfMemory, CUDA_ERROR_OUT_OF_MEMORY);
EDGE_SAME(abi::kNotInitialized, CUDA_ERROR_NOT_INITIALIZED);
EDGE_SAME(abi::kDeinitialized, CUDA_ERROR_DEINITIALIZED);
EDGE_SAME(abi::kStubLibrary, CUDA_ERROR_STUB_LIBRARY);
EDGE_SAME(abi::kDeviceUnavailable, CUDA_ERROR_DEVICE_UNAVAILABLE);
EDGE_SAME(abi::kNoDevice, CUDA_ERROR_NO_DEVICE);
EDGE_SAME(abi::kInvalidDevice, CUDA_ERROR_INVALID_DEVICE);
EDGE_SAME(abi::kInvalidContext, CUDA_ERROR_INVALID_CONTEXT);
EDGE_SAME(abi::kNoBinaryForGpu, CUDA_ERROR_NO_BINARY_FOR_GPU);
EDGE_SAME(abi::kEccUncorrectable, CUDA_ERROR_ECC_UNCORRECTABLE);
EDGE_SAME(abi::kInvalidPtx, CUDA_ERROR_INVALID_PTX);
EDGE_SAME(abi::kNvlinkUncorrectable, CUDA_ERROR_NVLINK_UNCORRECTABLE);
EDGE_SAME(abi::kJitCompilerNotFound, CUDA_ERROR_JIT_COMPILER_NOT_FOUND);
EDGE_SAME(abi::kUnsupportedPtxVersion, CUDA_ERROR_UNSUPPORTED_PTX_VERSION);
EDGE_SAME(abi::kInvalidHandle, CUDA_ERROR_INVALID_HANDLE);
EDGE_SAME(abi::kIllegalState, CUDA_ERROR_ILLEGAL_STATE);
EDGE_SAME(abi::kNotFound, CUDA_ERROR_NOT_FOUND);
EDGE_SAME(abi::kNotReady, CUDA_ERROR_NOT_READY);
EDGE_SAME(abi::kIllegalAddress, CUDA_ERROR_ILLEGAL_ADDRESS);
EDGE_SAME(abi::kLaunchTimeout, CUDA_ERROR_LAUNCH_TIMEOUT);
EDGE_SAME(abi::kContextIsDestroyed, CUDA_ERROR_CONTEXT_IS_DESTROYED);
EDGE_SAME(abi::kAssert, CUDA_ERROR_ASSERT);
EDGE_SAME(abi::kHardwareStackError, CUDA_ERROR_HARDWARE_STACK_ERROR);
EDGE_SAME(abi::kLaunchFailed, CUDA_ERROR_LAUNCH_FAILED);
EDGE_SAME(abi::kNotPermitted, CUDA_ERROR_NOT_PERMITTED);
EDGE_SAME(abi::kSystemNotReady, CUDA_ERROR_SYSTEM_NOT_READY);
EDGE_SAME(abi::kSystemDriverMismatch, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH);
EDGE_SAME(abi::kCaptureUnsupported, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
EDGE_SAME(abi::kCaptureInvalidated, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
EDGE_SAME(abi::kCaptureIsolation, CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
EDGE_SAME(abi::kCapturedEvent, CUDA_ERROR_CAPTURED_EVENT);
EDGE_SAME(abi::kCaptureWrongThread, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
EDGE_SAME(abi::kUnknown, CUDA_ERROR_UNKNOWN);
EDGE_SAME(abi::DeviceAttribute::multiprocessors, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
EDGE_SAME(abi::DeviceAttribute::integrated, CU_DEVICE_ATTRIBUTE_INTEGRATED);
EDGE_SAME(abi::DeviceAttribute::canMapHostMemory, CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY);
EDGE_SAME(abi::DeviceAttribute::computeCapabilityMajor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
EDGE_SAME(abi::DeviceAttribute::computeCapabilityMinor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
EDGE_SAME(abi::PointerAttribute::memoryType, CU_POINTER_ATTRIBUTE_MEMORY_TYPE);
EDGE_SAME(abi::PointerAttribute::deviceOrdinal, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL);
EDGE_SAME(abi::PointerAttribute::rangeStart, CU_POINTER_ATTRIBUTE_RANGE_START_ADDR);
EDGE_SAME(abi::PointerAttribute::rangeSize, CU_POINTER_ATTRIBUTE_RANGE_SIZE);
EDGE_SAME(abi::MemoryType::host, CU_MEMORYTYPE_HOST);
EDGE_SAME(abi::MemoryType::device, CU_MEMORYTYPE_DEVICE);
EDGE_SAME(abi::MemoryType::array, CU_MEMORYTYPE_ARRAY);
EDGE_SAME(abi::MemoryType::unified, CU_MEMORYTYPE_UNIFIED);
EDGE_SAME(abi::JitOption::errorLog, CU_JIT_ERROR_LOG_BUFFER);
EDGE_SAME(abi::JitOption::errorLogBytes, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES);
EDGE_SAME(abi::CaptureMode::global, CU_STREAM_CAPTURE_MODE_GLOBAL);
EDGE_SAME(abi::CaptureMode::threadLocal, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
EDGE_SAME(abi::CaptureMode::relaxed, CU_STREAM_CAPTURE_MODE_RELAXED);
EDGE_SAME(abi::CaptureStatus::none, CU_STREAM_CAPTURE_STATUS_NONE);
EDGE_SAME(abi::CaptureStatus::active, CU_STREAM_CAPTURE_STATUS_ACTIVE);
EDGE_SAME(abi::CaptureStatus::invalidated, CU_STREAM_CAPTURE_STATUS_INVALIDATED);
EDGE_SAME(abi::kHostPortable, CU_MEMHOSTALLOC_PORTABLE);
EDGE_SAME(abi::kHostMapped, CU_MEMHOSTALLOC_DEVICEMAP);
EDGE_SAME(abi::kHostWriteCombined, CU_MEMHOSTALLOC_WRITECOMBINED);
EDGE_SAME(abi::kStreamNonBlocking, CU_STREAM_NON_BLOCKING);
EDGE_SAME(abi::kEventBlockingSync, CU_EVENT_BLOCKING_SYNC);
EDGE_SAME(abi::kEventDisableTiming, CU_EVENT_DISABLE_TIMING);

}  // namespace
