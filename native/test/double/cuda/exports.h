#pragma once

#include <type_traits>

#include "cuda/library.h"

/// Every function of the driver that the double has, with the type that the product calls it by.
#define EDGE_EXPORT(symbol, member)                                                                 \
  [[gnu::visibility("default")]] extern std::remove_pointer_t<decltype(edge::cuda::Driver::member)> \
      symbol  // NOLINT(bugprone-macro-parentheses): a declaration's name

extern "C" {
EDGE_EXPORT(cuGetErrorName, GetErrorName);
EDGE_EXPORT(cuGetErrorString, GetErrorString);
EDGE_EXPORT(cuInit, Init);
EDGE_EXPORT(cuDriverGetVersion, DriverGetVersion);
EDGE_EXPORT(cuDeviceGetCount, DeviceGetCount);
EDGE_EXPORT(cuDeviceGet, DeviceGet);
EDGE_EXPORT(cuDeviceGetName, DeviceGetName);
EDGE_EXPORT(cuDeviceGetUuid_v2, DeviceGetUuid);
EDGE_EXPORT(cuDeviceTotalMem_v2, DeviceTotalMem);
EDGE_EXPORT(cuDeviceGetAttribute, DeviceGetAttribute);
EDGE_EXPORT(cuDevicePrimaryCtxRetain, DevicePrimaryCtxRetain);
EDGE_EXPORT(cuDevicePrimaryCtxRelease_v2, DevicePrimaryCtxRelease);
EDGE_EXPORT(cuCtxPushCurrent_v2, CtxPushCurrent);
EDGE_EXPORT(cuCtxPopCurrent_v2, CtxPopCurrent);
EDGE_EXPORT(cuCtxGetCurrent, CtxGetCurrent);
EDGE_EXPORT(cuMemGetInfo_v2, MemGetInfo);
EDGE_EXPORT(cuMemAlloc_v2, MemAlloc);
EDGE_EXPORT(cuMemFree_v2, MemFree);
EDGE_EXPORT(cuMemHostAlloc, MemHostAlloc);
EDGE_EXPORT(cuMemFreeHost, MemFreeHost);
EDGE_EXPORT(cuMemHostGetDevicePointer_v2, MemHostGetDevicePointer);
EDGE_EXPORT(cuMemcpyHtoDAsync_v2, MemcpyHtoDAsync);
EDGE_EXPORT(cuMemcpyDtoHAsync_v2, MemcpyDtoHAsync);
EDGE_EXPORT(cuMemcpyDtoDAsync_v2, MemcpyDtoDAsync);
EDGE_EXPORT(cuMemsetD8Async, MemsetD8Async);
EDGE_EXPORT(cuPointerGetAttribute, PointerGetAttribute);
EDGE_EXPORT(cuStreamCreate, StreamCreate);
EDGE_EXPORT(cuStreamDestroy_v2, StreamDestroy);
EDGE_EXPORT(cuStreamSynchronize, StreamSynchronize);
EDGE_EXPORT(cuStreamQuery, StreamQuery);
EDGE_EXPORT(cuStreamWaitEvent, StreamWaitEvent);
EDGE_EXPORT(cuStreamBeginCapture_v2, StreamBeginCapture);
EDGE_EXPORT(cuStreamEndCapture, StreamEndCapture);
EDGE_EXPORT(cuStreamIsCapturing, StreamIsCapturing);
EDGE_EXPORT(cuLaunchHostFunc, LaunchHostFunc);
EDGE_EXPORT(cuEventCreate, EventCreate);
EDGE_EXPORT(cuEventDestroy_v2, EventDestroy);
EDGE_EXPORT(cuEventRecord, EventRecord);
EDGE_EXPORT(cuEventQuery, EventQuery);
EDGE_EXPORT(cuEventSynchronize, EventSynchronize);
EDGE_EXPORT(cuEventElapsedTime, EventElapsedTime);
EDGE_EXPORT(cuGraphInstantiateWithFlags, GraphInstantiate);
EDGE_EXPORT(cuGraphLaunch, GraphLaunch);
EDGE_EXPORT(cuGraphDestroy, GraphDestroy);
EDGE_EXPORT(cuGraphExecDestroy, GraphExecDestroy);
EDGE_EXPORT(cuModuleLoadDataEx, ModuleLoadDataEx);
EDGE_EXPORT(cuModuleUnload, ModuleUnload);
EDGE_EXPORT(cuModuleGetFunction, ModuleGetFunction);
EDGE_EXPORT(cuLaunchKernel, LaunchKernel);
}

#undef EDGE_EXPORT
