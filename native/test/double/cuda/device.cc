// What the driver says about itself and the GPUs, and contexts.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "state.h"

namespace edge::cuda::abi {

struct CUctx_st {
  int ordinal = 0;
  int references = 0;
};

}  // namespace edge::cuda::abi

namespace edge::cuda_double {
namespace {

struct Named {
  abi::Result code;
  const char* name;
  const char* words;
};

constexpr std::array kErrors{
    Named{abi::kSuccess, "CUDA_SUCCESS", "no error"},
    Named{abi::kInvalidValue, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    Named{abi::kOutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    Named{abi::kNotInitialized, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    Named{abi::kDeinitialized, "CUDA_ERROR_DEINITIALIZED", "driver shutting down"},
    Named{abi::kStubLibrary, "CUDA_ERROR_STUB_LIBRARY", "CUDA driver is a stub library"},
    Named{abi::kNoDevice, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    Named{abi::kInvalidDevice, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    Named{abi::kInvalidContext, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    Named{abi::kNoBinaryForGpu, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for this GPU"},
    Named{abi::kInvalidPtx, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    Named{abi::kUnsupportedPtxVersion, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "the provided PTX is too new"},
    Named{abi::kInvalidHandle, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    Named{abi::kIllegalState, "CUDA_ERROR_ILLEGAL_STATE", "a resource is in a wrong state"},
    Named{abi::kNotFound, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    Named{abi::kNotReady, "CUDA_ERROR_NOT_READY", "device not ready"},
    Named{abi::kIllegalAddress, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    Named{abi::kContextIsDestroyed, "CUDA_ERROR_CONTEXT_IS_DESTROYED", "context is destroyed"},
    Named{abi::kLaunchFailed, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    Named{abi::kNotPermitted, "CUDA_ERROR_NOT_PERMITTED", "operation not permitted"},
    Named{abi::kSystemDriverMismatch, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
          "driver and kernel module do not match"},
    Named{abi::kCaptureUnsupported, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
          "not permitted when a stream is capturing"},
    Named{abi::kCaptureInvalidated, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
          "an earlier error invalidated the capture"},
    Named{abi::kCaptureIsolation, "CUDA_ERROR_STREAM_CAPTURE_ISOLATION", "dependency on uncaptured work"},
    Named{abi::kCapturedEvent, "CUDA_ERROR_CAPTURED_EVENT", "operation not permitted on a captured event"},
    Named{abi::kCaptureWrongThread, "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD",
          "ended by another thread than began it"},
    Named{abi::kUnknown, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

const Named* find(abi::Result code) {
  const auto* const found =
      std::find_if(kErrors.begin(), kErrors.end(), [&](const Named& error) { return error.code == code; });
  return found == kErrors.end() ? nullptr : found;
}

constexpr int kMostDevices = 16;

/// Primary contexts: as in the driver, one for each GPU, the same handle whenever it is made anew.
struct Contexts {
  std::mutex mutex;
  std::array<abi::CUctx_st, kMostDevices> all{};
};

Contexts& contexts() {
  static Contexts& instance = *new Contexts;  // NOLINT: immortal, as the state
  return instance;
}

std::vector<abi::Context>& stack() {
  thread_local std::vector<abi::Context> contextsOfThread;
  return contextsOfThread;
}

bool exists(abi::Device device) {
  return device >= 0 && device < std::min(State::instance().settings().devices, kMostDevices);
}

}  // namespace

abi::Result currentContext() {
  if (stack().empty()) return abi::kInvalidContext;
  const std::scoped_lock lock(contexts().mutex);
  return stack().back()->references > 0 ? abi::kSuccess : abi::kContextIsDestroyed;
}

int currentOrdinal() {
  return stack().empty() ? 0 : stack().back()->ordinal;
}

std::int64_t contextDepth() {
  return static_cast<std::int64_t>(stack().size());
}

}  // namespace edge::cuda_double

using namespace edge::cuda_double;  // NOLINT(google-build-using-namespace): the exports are the file's
                                    // purpose

extern "C" {

abi::Result cuGetErrorName(abi::Result code, const char** name) {
  const Named* error = find(code);
  *name = error == nullptr ? nullptr : error->name;
  return error == nullptr ? abi::kInvalidValue : abi::kSuccess;
}

abi::Result cuGetErrorString(abi::Result code, const char** words) {
  const Named* error = find(code);
  *words = error == nullptr ? nullptr : error->words;
  return error == nullptr ? abi::kInvalidValue : abi::kSuccess;
}

abi::Result cuInit(unsigned flags) {
  const Entered entered = enter("cuInit", Needs::nothing);
  if (entered.fails()) return entered.result;
  const Settings settings = State::instance().settings();
  if (settings.deinitialized) return abi::kDeinitialized;
  if (flags != 0) return abi::kInvalidValue;
  if (settings.init == abi::kSuccess) State::instance().initialize();
  return settings.init;
}

abi::Result cuDriverGetVersion(int* version) {
  const Entered entered = enter("cuDriverGetVersion", Needs::nothing);
  if (!entered.fails()) *version = State::instance().settings().driver;
  return entered.result;
}

abi::Result cuDeviceGetCount(int* count) {
  const Entered entered = enter("cuDeviceGetCount", Needs::driver);
  if (!entered.fails()) *count = State::instance().settings().devices;
  return entered.result;
}

abi::Result cuDeviceGet(abi::Device* device, int ordinal) {
  const Entered entered = enter("cuDeviceGet", Needs::driver, std::to_string(ordinal));
  if (entered.fails()) return entered.result;
  if (!exists(ordinal)) return abi::kInvalidDevice;
  *device = ordinal;
  return abi::kSuccess;
}

abi::Result cuDeviceGetName(char* name, int capacity, abi::Device device) {
  const Entered entered = enter("cuDeviceGetName", Needs::driver, std::to_string(device));
  if (entered.fails()) return entered.result;
  if (!exists(device)) return abi::kInvalidDevice;
  const std::string text = State::instance().settings().name;
  const std::size_t length = std::min(text.size(), static_cast<std::size_t>(capacity) - 1);
  std::memcpy(name, text.data(), length);
  name[length] = '\0';
  return abi::kSuccess;
}

abi::Result cuDeviceGetUuid_v2(abi::Uuid* uuid, abi::Device device) {
  const Entered entered = enter("cuDeviceGetUuid_v2", Needs::driver, std::to_string(device));
  if (entered.fails()) return entered.result;
  if (!exists(device)) return abi::kInvalidDevice;
  for (std::size_t i = 0; i < uuid->bytes.size(); ++i)
    uuid->bytes.at(i) = static_cast<unsigned char>(0xa0 + i);
  uuid->bytes.back() = static_cast<unsigned char>(device);
  return abi::kSuccess;
}

abi::Result cuDeviceTotalMem_v2(std::size_t* bytes, abi::Device device) {
  const Entered entered = enter("cuDeviceTotalMem_v2", Needs::driver, std::to_string(device));
  if (entered.fails()) return entered.result;
  if (!exists(device)) return abi::kInvalidDevice;
  *bytes = State::instance().settings().memory;
  return abi::kSuccess;
}

abi::Result cuDeviceGetAttribute(int* value, abi::DeviceAttribute attribute, abi::Device device) {
  const Entered entered =
      enter("cuDeviceGetAttribute", Needs::driver, std::to_string(static_cast<int>(attribute)));
  if (entered.fails()) return entered.result;
  if (!exists(device)) return abi::kInvalidDevice;
  const Settings settings = State::instance().settings();
  switch (attribute) {
    case abi::DeviceAttribute::multiprocessors:
      *value = settings.multiprocessors;
      return abi::kSuccess;
    case abi::DeviceAttribute::integrated:
      *value = settings.integrated ? 1 : 0;
      return abi::kSuccess;
    case abi::DeviceAttribute::canMapHostMemory:
      *value = 1;
      return abi::kSuccess;
    case abi::DeviceAttribute::computeCapabilityMajor:
      *value = settings.computeMajor;
      return abi::kSuccess;
    case abi::DeviceAttribute::computeCapabilityMinor:
      *value = settings.computeMinor;
      return abi::kSuccess;
  }
  return abi::kInvalidValue;
}

abi::Result cuDevicePrimaryCtxRetain(abi::Context* context, abi::Device device) {
  const Entered entered = enter("cuDevicePrimaryCtxRetain", Needs::driver, std::to_string(device));
  if (entered.fails()) return entered.result;
  if (!exists(device)) return abi::kInvalidDevice;
  const std::scoped_lock lock(contexts().mutex);
  abi::CUctx_st& primary = contexts().all.at(static_cast<std::size_t>(device));
  primary.ordinal = device;
  if (primary.references++ == 0) State::instance().count(Kind::context, 1);
  *context = &primary;
  return abi::kSuccess;
}

abi::Result cuDevicePrimaryCtxRelease_v2(abi::Device device) {
  const Entered entered = enter("cuDevicePrimaryCtxRelease_v2", Needs::driver, std::to_string(device));
  if (entered.refuses()) return entered.result;
  if (!exists(device)) return abi::kInvalidDevice;
  const std::scoped_lock lock(contexts().mutex);
  abi::CUctx_st& primary = contexts().all.at(static_cast<std::size_t>(device));
  if (primary.references == 0) return abi::kInvalidContext;
  if (--primary.references > 0) return entered.result;
  State::instance().count(Kind::context, -1);
  const bool last = std::all_of(contexts().all.begin(), contexts().all.end(),
                                [](const abi::CUctx_st& context) { return context.references == 0; });
  // Of several GPUs' contexts only the last takes with it what lives, whosever it was.
  if (last) State::instance().dropAll();
  return entered.result;
}

abi::Result cuCtxPushCurrent_v2(abi::Context context) {
  const Entered entered = enter("cuCtxPushCurrent_v2", Needs::driver);
  if (entered.fails()) return entered.result;
  if (context == nullptr) return abi::kInvalidContext;
  {
    const std::scoped_lock lock(contexts().mutex);
    if (context->references == 0) return abi::kContextIsDestroyed;
  }
  stack().push_back(context);
  return abi::kSuccess;
}

abi::Result cuCtxPopCurrent_v2(abi::Context* context) {
  const Entered entered = enter("cuCtxPopCurrent_v2", Needs::driver);
  if (entered.refuses()) return entered.result;
  if (stack().empty()) return abi::kInvalidContext;
  *context = stack().back();
  stack().pop_back();
  return entered.result;
}

abi::Result cuCtxGetCurrent(abi::Context* context) {
  const Entered entered = enter("cuCtxGetCurrent", Needs::driver);
  if (!entered.fails()) *context = stack().empty() ? nullptr : stack().back();
  return entered.result;
}
}
