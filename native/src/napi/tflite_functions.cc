#include "napi/tflite_functions.h"

#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "napi/arguments.h"
#include "napi/js_error.h"
#include "napi/promise_task.h"
#include "napi/session_object.h"
#include "napi/session_state.h"
#include "napi/tensor_values.h"
#include "tflite/library.h"
#include "tflite/session.h"

namespace edge::js {
namespace {

tflite::ModelContent modelContent(const Arguments& options) {
  if (options.any("model").IsString()) return options.string("model");
  const Napi::Uint8Array bytes = options.bytes("model");
  // Copied: JavaScript may change or detach its array while the interpreter reads the weights.
  auto copy = std::make_shared<Buffer>(bytes.ByteLength());
  if (bytes.ByteLength() != 0) std::memcpy(copy->data(), bytes.Data(), bytes.ByteLength());
  return std::shared_ptr<const Buffer>(std::move(copy));
}

std::optional<tflite::XnnpackSettings> xnnpackSettings(const Arguments& options) {
  if (!options.boolean("xnnpack")) return std::nullopt;
  tflite::XnnpackSettings settings;
  if (options.has("xnnpackFlags")) {
    settings.flags = static_cast<std::uint32_t>(options.integer("xnnpackFlags", 0, UINT32_MAX));
  }
  if (options.has("xnnpackWeightCache")) settings.weightCache = options.string("xnnpackWeightCache");
  return settings;
}

std::vector<tflite::ExternalDelegateSettings> externalDelegates(const Arguments& options) {
  std::vector<tflite::ExternalDelegateSettings> delegates;
  if (!options.has("externalDelegates")) return delegates;
  const auto array = options.array("externalDelegates");
  for (std::uint32_t i = 0; i < array.Length(); ++i) {
    const Arguments item(array.Get(i));
    tflite::ExternalDelegateSettings settings;
    settings.path = item.string("path");
    const auto pairs = item.array("options");
    for (std::uint32_t p = 0; p < pairs.Length(); ++p) {
      const Arguments pair(pairs.Get(p));
      settings.options.emplace_back(pair.string("key"), pair.string("value"));
    }
    delegates.push_back(std::move(settings));
  }
  return delegates;
}

tflite::InterpreterSettings interpreterSettings(const Arguments& options) {
  tflite::InterpreterSettings settings;
  settings.threads = static_cast<int>(options.integer("threads", 1, 256));
  settings.xnnpack = xnnpackSettings(options);
  settings.externalDelegates = externalDelegates(options);
  if (options.has("shapes")) settings.shapes = inputShapes(options.any("shapes"));
  return settings;
}

}  // namespace

Napi::Value openTfliteSession(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Arguments options(info[0]);
    std::vector<LibraryCandidate> libraries = libraryCandidates(options.any("libraries"));
    tflite::InterpreterSettings settings = interpreterSettings(options);
    const auto queueCapacity = static_cast<std::size_t>(options.integer("queueCapacity", 1, 65536));
    tflite::ModelContent content = modelContent(options);
    Environment& environment = Environment::of(info.Env());
    auto state = std::make_shared<SessionState>(environment, queueCapacity, options.boolean("copyBuffers"));
    // Opened on the thread that will run it: no thread pool is occupied while a large model loads.
    const napi_value promise = PromiseTask::start(
        environment, state->thread(),
        [state, libraries = std::move(libraries), content = std::move(content),
         settings = std::move(settings)]() mutable {
          state->session = tflite::openSession(libraries, std::move(content), std::move(settings));
        },
        [state](Napi::Env env, bool failed) -> napi_value {
          if (failed) return nullptr;
          state->opened();
          return SessionObject::create(env, state);
        });
    return {info.Env(), promise};
  });
}

Napi::Value describeTflite(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    return libraryInfo(info.Env(), tflite::Library::load(libraryCandidates(info[0])).info());
  });
}

}  // namespace edge::js
