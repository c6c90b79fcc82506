#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "core/session.h"
#include "cuda/abi.h"

namespace edge::cuda {

/// CUDA's driver library, loaded and initialised: its functions, under their own names without the prefix.
///
/// The members are named as the driver's documentation does; which export stands behind each
/// (`cuMemAlloc_v2`, …) is for library.cc. Never unloaded: it starts threads and registers exit handlers of
/// its own.
class Driver {
 public:
  /// The first candidate that loads, initialised. A library that was loaded before is not loaded again.
  /// @throws Error DEVICE_UNAVAILABLE where no library could be loaded (with every path tried and why each
  /// failed), where it would not start, or where it finds no GPU; LIBRARY_INCOMPATIBLE where it lacks a
  /// function.
  static const Driver& load(const std::vector<LibraryCandidate>& candidates);
  /// Where the driver lies when nobody said otherwise: where the dynamic loader looks, and where Jetson's
  /// images have it.
  static std::vector<LibraryCandidate> standardPlaces();

  /// Where it was found, by whom, and the newest CUDA it supports, as `12.6`.
  const LibraryInfo& info() const noexcept { return info_; }
  /// The newest CUDA it supports, as the driver counts: 12060.
  int version() const noexcept { return version_; }
  int deviceCount() const noexcept { return deviceCount_; }

  /// @param call the function that gave the result, for the message.
  /// @throws Error OUT_OF_MEMORY, or DEVICE_FAILED, unless the result is success.
  void check(abi::Result result, const char* call) const;
  /// `CUDA_ERROR_ILLEGAL_ADDRESS (700): an illegal memory access was encountered`.
  std::string describe(abi::Result result) const;

  /// To be called when the driver was used in earnest: it may have registered exit handlers only then.
  void used() const;

  abi::Result (*GetErrorName)(abi::Result, const char** name) = nullptr;
  abi::Result (*GetErrorString)(abi::Result, const char** words) = nullptr;

  abi::Result (*Init)(unsigned flags) = nullptr;
  abi::Result (*DriverGetVersion)(int* version) = nullptr;
  abi::Result (*DeviceGetCount)(int* count) = nullptr;
  abi::Result (*DeviceGet)(abi::Device*, int ordinal) = nullptr;
  abi::Result (*DeviceGetName)(char* name, int capacity, abi::Device) = nullptr;
  abi::Result (*DeviceGetUuid)(abi::Uuid*, abi::Device) = nullptr;
  abi::Result (*DeviceTotalMem)(std::size_t* bytes, abi::Device) = nullptr;
  abi::Result (*DeviceGetAttribute)(int* value, abi::DeviceAttribute, abi::Device) = nullptr;

  abi::Result (*DevicePrimaryCtxRetain)(abi::Context*, abi::Device) = nullptr;
  abi::Result (*DevicePrimaryCtxRelease)(abi::Device) = nullptr;
  abi::Result (*CtxPushCurrent)(abi::Context) = nullptr;
  abi::Result (*CtxPopCurrent)(abi::Context*) = nullptr;
  abi::Result (*CtxGetCurrent)(abi::Context*) = nullptr;

  abi::Result (*MemGetInfo)(std::size_t* free, std::size_t* total) = nullptr;
  abi::Result (*MemAlloc)(abi::DevicePointer*, std::size_t bytes) = nullptr;
  abi::Result (*MemFree)(abi::DevicePointer) = nullptr;
  abi::Result (*MemHostAlloc)(void**, std::size_t bytes, unsigned flags) = nullptr;
  abi::Result (*MemFreeHost)(void*) = nullptr;
  abi::Result (*MemHostGetDevicePointer)(abi::DevicePointer*, void*, unsigned flags) = nullptr;
  abi::Result (*MemcpyHtoDAsync)(abi::DevicePointer to, const void* from, std::size_t bytes,
                                 abi::Stream) = nullptr;
  abi::Result (*MemcpyDtoHAsync)(void* to, abi::DevicePointer from, std::size_t bytes, abi::Stream) = nullptr;
  abi::Result (*MemcpyDtoDAsync)(abi::DevicePointer to, abi::DevicePointer from, std::size_t bytes,
                                 abi::Stream) = nullptr;
  abi::Result (*MemsetD8Async)(abi::DevicePointer, unsigned char value, std::size_t bytes,
                               abi::Stream) = nullptr;
  abi::Result (*PointerGetAttribute)(void* value, abi::PointerAttribute, abi::DevicePointer) = nullptr;

  abi::Result (*StreamCreate)(abi::Stream*, unsigned flags) = nullptr;
  abi::Result (*StreamDestroy)(abi::Stream) = nullptr;
  abi::Result (*StreamSynchronize)(abi::Stream) = nullptr;
  abi::Result (*StreamQuery)(abi::Stream) = nullptr;
  abi::Result (*StreamWaitEvent)(abi::Stream, abi::Event, unsigned flags) = nullptr;
  abi::Result (*StreamBeginCapture)(abi::Stream, abi::CaptureMode) = nullptr;
  abi::Result (*StreamEndCapture)(abi::Stream, abi::Graph*) = nullptr;
  abi::Result (*StreamIsCapturing)(abi::Stream, abi::CaptureStatus*) = nullptr;
  abi::Result (*LaunchHostFunc)(abi::Stream, abi::HostFunction, void* user) = nullptr;

  abi::Result (*EventCreate)(abi::Event*, unsigned flags) = nullptr;
  abi::Result (*EventDestroy)(abi::Event) = nullptr;
  abi::Result (*EventRecord)(abi::Event, abi::Stream) = nullptr;
  abi::Result (*EventQuery)(abi::Event) = nullptr;
  abi::Result (*EventSynchronize)(abi::Event) = nullptr;
  abi::Result (*EventElapsedTime)(float* ms, abi::Event start, abi::Event end) = nullptr;

  abi::Result (*GraphInstantiate)(abi::GraphExec*, abi::Graph, unsigned long long flags) = nullptr;
  abi::Result (*GraphLaunch)(abi::GraphExec, abi::Stream) = nullptr;
  abi::Result (*GraphDestroy)(abi::Graph) = nullptr;
  abi::Result (*GraphExecDestroy)(abi::GraphExec) = nullptr;

  abi::Result (*ModuleLoadDataEx)(abi::Module*, const void* image, unsigned options, abi::JitOption*,
                                  void** values) = nullptr;
  abi::Result (*ModuleUnload)(abi::Module) = nullptr;
  abi::Result (*ModuleGetFunction)(abi::Function*, abi::Module, const char* name) = nullptr;
  abi::Result (*LaunchKernel)(abi::Function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
                              unsigned blockY, unsigned blockZ, unsigned sharedBytes, abi::Stream,
                              void** parameters, void** extra) = nullptr;

 private:
  Driver() = default;
  void bind(void* handle, const LibraryCandidate& candidate);
  void start();

  LibraryInfo info_;
  int version_ = 0;
  int deviceCount_ = 0;
  mutable std::once_flag used_;
};

}  // namespace edge::cuda
