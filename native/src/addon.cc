#include <napi.h>

#include "core/error.h"
#include "core/live_objects.h"
#include "gpu_image/kernel_text.h"
#include "napi/engine_build_object.h"
#include "napi/environment.h"
#include "napi/gpu_memory.h"
#include "napi/image_functions.h"
#include "napi/request_object.h"
#include "napi/session_object.h"
#include "napi/tensorrt_functions.h"
#include "napi/tflite_functions.h"

// Registration only: what each function does is in the file of its name. lib/surface.ts declares all of it.

namespace edge::js {
namespace {

Napi::Value countLiveObjects(const Napi::CallbackInfo& info) {
  const LiveObjects& counters = liveObjects();
  Napi::Object counts = Napi::Object::New(info.Env());
  const auto set = [&](const char* key, const std::atomic<std::int64_t>& counter) {
    counts.Set(key, Napi::Number::New(info.Env(), static_cast<double>(counter.load())));
  };
  set("sessions", counters.sessions);
  set("requests", counters.requests);
  set("buffers", counters.buffers);
  set("threads", counters.threads);
  set("tasks", counters.tasks);
  return counts;
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  Environment& environment = Environment::create(env);
  SessionObject::define(environment);
  RequestObject::define(environment);
  EngineBuildObject::define(environment);
  exports.Set("version", EDGE_NATIVE_VERSION);
  const auto codes = Napi::Array::New(env, kErrorCodeNames.size());
  for (std::uint32_t i = 0; i < kErrorCodeNames.size(); ++i) codes.Set(i, kErrorCodeNames[i]);
  exports.Set("errorCodes", codes);
  exports.Set("liveObjects", Napi::Function::New<countLiveObjects>(env, "liveObjects"));
  exports.Set("describeTflite", Napi::Function::New<describeTflite>(env, "describeTflite"));
  exports.Set("openTfliteSession", Napi::Function::New<openTfliteSession>(env, "openTfliteSession"));
  exports.Set("describeCuda", Napi::Function::New<describeCuda>(env, "describeCuda"));
  exports.Set("gpuMemory", Napi::Function::New<gpuMemory>(env, "gpuMemory"));
  exports.Set("describeTensorRt", Napi::Function::New<describeTensorRt>(env, "describeTensorRt"));
  exports.Set("buildEngine", Napi::Function::New<buildEngine>(env, "buildEngine"));
  exports.Set("openTensorRtSession", Napi::Function::New<openTensorRtSession>(env, "openTensorRtSession"));
  exports.Set("resamplePixels", Napi::Function::New<resamplePixels>(env, "resamplePixels"));
  exports.Set("writePixels", Napi::Function::New<writePixels>(env, "writePixels"));
  exports.Set("gpuPreprocessing", Napi::Boolean::New(env, *gpu_image::kernelText() != '\0'));
  exports.Set("nv12ToRgb", Napi::Function::New<nv12ToRgb>(env, "nv12ToRgb"));
  return exports;
}

}  // namespace
}  // namespace edge::js

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  return edge::js::initialise(env, exports);
}

NODE_API_MODULE(edge_native, Init)
