#include "napi/gpu_memory.h"

#include "cuda/context.h"
#include "cuda/library.h"
#include "napi/arguments.h"
#include "napi/js_error.h"
#include "napi/tensorrt_arguments.h"

namespace edge::js {

Napi::Value gpuMemory(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const cuda::Driver& driver = cuda::Driver::load(cudaCandidates(info[0]));
    const auto ordinal = static_cast<int>(integerOf("device", info[1], 0, 1023));
    const cuda::MemoryInfo memory = memoryInfo(*cuda::PrimaryContext::retain(driver, ordinal));
    Napi::Object value = Napi::Object::New(info.Env());
    value.Set("freeBytes", Napi::Number::New(info.Env(), static_cast<double>(memory.freeBytes)));
    value.Set("totalBytes", Napi::Number::New(info.Env(), static_cast<double>(memory.totalBytes)));
    return value;
  });
}

}  // namespace edge::js
