#include "tensorrt_double.h"

#include <dlfcn.h>

#include <stdexcept>

namespace edge::tensorrt {
namespace {

void* open(const std::string& path) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw std::runtime_error(dlerror());
  return handle;
}

template <typename Function>
void find(void* library, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, symbol));
  if (function == nullptr) throw std::runtime_error(std::string("no ") + symbol);
}

std::int32_t number(void* library, const char* symbol) {
  std::int32_t (*function)() = nullptr;
  find(library, symbol, function);
  return function();
}

}  // namespace

Double& Double::of(int major) {
  if (major == 10) {
    static Double ten(10);
    return ten;
  }
  static Double eleven(11);
  return eleven;
}

std::string Double::path(int major) {
  return std::string(TENSORRT_DOUBLES) + "/" + std::to_string(major) + "/libnvinfer.so." +
         std::to_string(major);
}

Double::Double(int major) : major_(major), library_(open(path(major))) {
  const std::string number = std::to_string(major);
  parser_ = open(std::string(TENSORRT_DOUBLES) + "/" + number + "/libnvonnxparser.so." + number);
  find(library_, "edge_double_reset", reset_);
  find(library_, "edge_double_set_minor", setMinor_);
  find(library_, "edge_double_fail", fail_);
  find(library_, "edge_double_failed", failed_);
  find(library_, "edge_double_live", live_);
  find(library_, "edge_double_calls", calls_);
  find(library_, "edge_double_set_gpu", setGpu_);
  find(library_, "edge_double_set_dla_cores", setDlaCores_);
  find(library_, "edge_double_set_tensor", setTensor_);
  find(library_, "edge_double_set_missing_plugin", setMissingPlugin_);
}

EntryPoints Double::entryPoints() const {
  EntryPoints points;
  points.version = {number(library_, "getInferLibMajorVersion"), number(library_, "getInferLibMinorVersion"),
                    number(library_, "getInferLibPatchVersion"), number(library_, "getInferLibBuildVersion")};
  find(library_, "createInferBuilder_INTERNAL", points.createInferBuilder);
  find(library_, "createInferRuntime_INTERNAL", points.createInferRuntime);
  find(library_, "createInferRefitter_INTERNAL", points.createInferRefitter);
  find(parser_, "createNvOnnxParser_INTERNAL", points.createParser);
  find(parser_, "createNvOnnxParserRefitter_INTERNAL", points.createParserRefitter);
  return points;
}

std::unique_ptr<Api> Double::api(int minor) const {
  if (minor >= 0) setMinor(minor);
  return major_ == 10 ? v10::makeApi(entryPoints()) : v11::makeApi(entryPoints());
}

BuiltEngine buildEngine(Api& api, std::shared_ptr<const Buffer> model, const BuildSettings& settings) {
  return api.build({std::move(model), ""}, settings, nullptr, nullptr);
}

Profile rows(std::int64_t min, std::int64_t opt, std::int64_t max) {
  return {{"x", {min, 2}, {opt, 2}, {max, 2}}};
}

std::string words(const Error& error) {
  const ErrorText& text = error.text();
  return text.summary + " | expected: " + text.expected + " | found: " + text.found + " | " + text.remedy;
}

}  // namespace edge::tensorrt
