#include "cuda/library.h"

#include <dlfcn.h>

#include <memory>
#include <utility>

#include "core/error.h"
#include "core/shared_library.h"
#include "core/thread_registry.h"

namespace edge::cuda {
namespace {

constexpr const char* kName = "libcuda.so.1";
constexpr const char* kInstall =
    "Install NVIDIA's driver (on a Jetson it is part of JetPack), in a container start it with the NVIDIA "
    "runtime, or set "
    "EDGE_CUDA_LIBRARY to the path of libcuda.so.1.";

template <typename Function>
bool find(void* handle, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(dlsym(handle, symbol));
  return function != nullptr;
}

const char* remedyForStart(abi::Result result) {
  switch (result) {
    case abi::kNoDevice:
      return "Look whether nvidia-smi (on a Jetson, tegrastats) finds the GPU, whether CUDA_VISIBLE_DEVICES "
             "hides it, and, in a "
             "container, whether it was started with the NVIDIA runtime.";
    case abi::kStubLibrary:
      return "This is the toolkit's stub, made to link against: take its folder out of LD_LIBRARY_PATH.";
    case abi::kSystemDriverMismatch:
      return "The library and the kernel's module are of different drivers: restart the machine, or install "
             "one of them anew.";
    case abi::kNotInitialized:
      return "CUDA does not survive fork(): start a new process for this, as child_process does.";
    default:
      return "Look at nvidia-smi (on a Jetson, tegrastats) and at the kernel's messages (dmesg) for what the "
             "driver says.";
  }
}

/// After these the context is lost, for everybody in the process.
bool isFinal(abi::Result result) {
  switch (result) {
    case abi::kEccUncorrectable:
    case abi::kNvlinkUncorrectable:
    case abi::kIllegalAddress:
    case abi::kLaunchTimeout:
    case abi::kContextIsDestroyed:
    case abi::kAssert:
      return true;
    default:
      return result >= abi::kHardwareStackError && result <= abi::kLaunchFailed;
  }
}

std::string versionText(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

}  // namespace

std::vector<LibraryCandidate> Driver::standardPlaces() {
  std::vector<LibraryCandidate> places{{kName, "the dynamic loader"}};
#if defined(__aarch64__)
  // Where no ldconfig ran, as in containers made without the NVIDIA runtime.
  for (const char* folder : {"/usr/lib/aarch64-linux-gnu/nvidia/", "/usr/lib/aarch64-linux-gnu/tegra/"}) {
    places.push_back({std::string(folder) + kName, "JetPack's folder"});
  }
#endif
  return places;
}

const Driver& Driver::load(const std::vector<LibraryCandidate>& candidates) {
  static std::mutex mutex;
  static std::vector<std::pair<void*, std::unique_ptr<Driver>>>& loaded =
      *new std::vector<std::pair<void*, std::unique_ptr<Driver>>>;  // NOLINT: immortal, as the libraries are
  const std::scoped_lock lock(mutex);
  std::string failures;
  for (const LibraryCandidate& candidate : candidates) {
    void* handle = openLibrary(candidate, failures);
    if (handle == nullptr) continue;
    for (const auto& [known, driver] : loaded) {
      if (known != handle) continue;
      // What was missing at the last try may be there by now.
      if (driver->deviceCount_ == 0) driver->start();
      return *driver;
    }
    std::unique_ptr<Driver> bound(new Driver);  // the constructor is private: no make_unique
    bound->bind(handle, candidate);
    Driver& driver = *loaded.emplace_back(handle, std::move(bound)).second;
    driver.start();
    return driver;
  }
  throw Error(ErrorCode::DEVICE_UNAVAILABLE,
              {"CUDA's driver library could not be loaded, so no GPU can be used",
               std::string(kName) + " of CUDA 11.4 or newer",
               failures.empty() ? "no place to look for it" : failures, kInstall});
}

void Driver::used() const {
  std::call_once(used_, [] { ThreadRegistry::instance().stopThreadsAtExit(); });
}

void Driver::start() {
  const std::string which = info_.path + " (from " + info_.origin + ")";
  if (const abi::Result result = Init(0); result != abi::kSuccess) {
    throw Error(ErrorCode::DEVICE_UNAVAILABLE,
                {"CUDA's driver " + which + " does not start, so no GPU can be used", "", describe(result),
                 remedyForStart(result)});
  }
  int version = 0;
  check(DriverGetVersion(&version), "cuDriverGetVersion");
  int count = 0;
  const abi::Result counted = DeviceGetCount(&count);
  if (counted != abi::kNoDevice) check(counted, "cuDeviceGetCount");
  if (count == 0) {
    throw Error(ErrorCode::DEVICE_UNAVAILABLE, {"CUDA's driver " + which + " finds no GPU",
                                                "a GPU of NVIDIA's", "none", remedyForStart(abi::kNoDevice)});
  }
  version_ = version;
  deviceCount_ = count;
  info_.version = versionText(version);
  ThreadRegistry::instance().stopThreadsAtExit();
}

std::string Driver::describe(abi::Result result) const {
  const char* name = nullptr;
  const char* words = nullptr;
  const std::string number = std::to_string(result);
  if (GetErrorName(result, &name) != abi::kSuccess || name == nullptr)
    return "error " + number + ", which the driver has no name for";
  std::string text = std::string(name) + " (" + number + ")";
  if (GetErrorString(result, &words) == abi::kSuccess && words != nullptr) text += std::string(": ") + words;
  return text;
}

void Driver::check(abi::Result result, const char* call) const {
  if (result == abi::kSuccess) return;
  if (result == abi::kOutOfMemory) {
    throw Error(
        ErrorCode::OUT_OF_MEMORY,
        {std::string("the GPU has too little memory for ") + call, "", describe(result),
         "Use a smaller model, batch or workspace, fewer requests and sessions, or end other programs "
         "that use the GPU."});
  }
  throw Error(ErrorCode::DEVICE_FAILED,
              {std::string("CUDA's driver failed in ") + call, "", describe(result),
               isFinal(result) ? "The process's use of this GPU is lost, and only a new process gets "
                                 "another. The failure may lie in work "
                                 "that was put on the GPU earlier."
                               : "Look at the kernel's messages (dmesg) for what the driver says."});
}

void Driver::bind(void* handle, const LibraryCandidate& candidate) {
  std::string missing;
  const auto required = [&](const char* symbol, auto& function) {
    if (find(handle, symbol, function)) return;
    if (!missing.empty()) missing += ", ";
    missing += symbol;
  };
  // The exports that the toolkit's header maps its names to. Where a newer version of a function came with
  // CUDA 12 or 13, the older one is taken, which all drivers have.
  required("cuGetErrorName", GetErrorName);
  required("cuGetErrorString", GetErrorString);
  required("cuInit", Init);
  required("cuDriverGetVersion", DriverGetVersion);
  required("cuDeviceGetCount", DeviceGetCount);
  required("cuDeviceGet", DeviceGet);
  required("cuDeviceGetName", DeviceGetName);
  required("cuDeviceGetUuid_v2", DeviceGetUuid);
  required("cuDeviceTotalMem_v2", DeviceTotalMem);
  required("cuDeviceGetAttribute", DeviceGetAttribute);
  required("cuDevicePrimaryCtxRetain", DevicePrimaryCtxRetain);
  required("cuDevicePrimaryCtxRelease_v2", DevicePrimaryCtxRelease);
  required("cuCtxPushCurrent_v2", CtxPushCurrent);
  required("cuCtxPopCurrent_v2", CtxPopCurrent);
  required("cuCtxGetCurrent", CtxGetCurrent);
  required("cuMemGetInfo_v2", MemGetInfo);
  required("cuMemAlloc_v2", MemAlloc);
  required("cuMemFree_v2", MemFree);
  required("cuMemHostAlloc", MemHostAlloc);
  required("cuMemFreeHost", MemFreeHost);
  required("cuMemHostGetDevicePointer_v2", MemHostGetDevicePointer);
  required("cuMemcpyHtoDAsync_v2", MemcpyHtoDAsync);
  required("cuMemcpyDtoHAsync_v2", MemcpyDtoHAsync);
  required("cuMemcpyDtoDAsync_v2", MemcpyDtoDAsync);
  required("cuMemsetD8Async", MemsetD8Async);
  required("cuPointerGetAttribute", PointerGetAttribute);
  required("cuStreamCreate", StreamCreate);
  required("cuStreamDestroy_v2", StreamDestroy);
  required("cuStreamSynchronize", StreamSynchronize);
  required("cuStreamQuery", StreamQuery);
  required("cuStreamWaitEvent", StreamWaitEvent);
  required("cuStreamBeginCapture_v2", StreamBeginCapture);
  required("cuStreamEndCapture", StreamEndCapture);
  required("cuStreamIsCapturing", StreamIsCapturing);
  required("cuLaunchHostFunc", LaunchHostFunc);
  required("cuEventCreate", EventCreate);
  required("cuEventDestroy_v2", EventDestroy);
  required("cuEventRecord", EventRecord);
  required("cuEventQuery", EventQuery);
  required("cuEventSynchronize", EventSynchronize);
  required("cuEventElapsedTime", EventElapsedTime);
  required("cuGraphInstantiateWithFlags", GraphInstantiate);
  required("cuGraphLaunch", GraphLaunch);
  required("cuGraphDestroy", GraphDestroy);
  required("cuGraphExecDestroy", GraphExecDestroy);
  required("cuModuleLoadDataEx", ModuleLoadDataEx);
  required("cuModuleUnload", ModuleUnload);
  required("cuModuleGetFunction", ModuleGetFunction);
  required("cuLaunchKernel", LaunchKernel);
  if (!missing.empty()) {
    throw Error(ErrorCode::LIBRARY_INCOMPATIBLE,
                {"the library " + candidate.path + " (from " + candidate.origin +
                     ") lacks functions of CUDA's driver API",
                 std::string(kName) + " of CUDA 11.4 or newer", "no " + missing,
                 "Install a newer driver of NVIDIA's (on a Jetson, JetPack 6 or newer), or point "
                 "EDGE_CUDA_LIBRARY at its libcuda.so.1."});
  }
  info_ = {resolvedPath(reinterpret_cast<const void*>(Init), candidate.path), candidate.origin, "unknown"};
}

}  // namespace edge::cuda
