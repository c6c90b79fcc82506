#include "napi/tflite_functions.h"

#include <cstring>
#include <memory>
#include <utility>

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
  std::memcpy(copy->data(), bytes.Data(), bytes.ByteLength());
  return std::shared_ptr<const Buffer>(std::move(copy));
}

}  // namespace

Napi::Value openTfliteSession(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Arguments options(info[0]);
    std::vector<LibraryCandidate> libraries = libraryCandidates(options.any("libraries"));
    tflite::InterpreterSettings settings;
    settings.threads = static_cast<int>(options.integer("threads", 1, 256));
    settings.xnnpack = options.boolean("xnnpack");
    const auto queueCapacity = static_cast<std::size_t>(options.integer("queueCapacity", 1, 65536));
    tflite::ModelContent content = modelContent(options);
    Environment& environment = Environment::of(info.Env());
    auto state = std::make_shared<SessionState>(environment, queueCapacity, options.boolean("copyBuffers"));
    // Opened on the thread that will run it: no thread pool is occupied while a large model loads.
    const napi_value promise = PromiseTask::start(
        environment, state->thread(),
        [state, libraries = std::move(libraries), content = std::move(content), settings]() mutable {
          state->session = tflite::openSession(libraries, std::move(content), settings);
        },
        [state](Napi::Env env, bool failed) -> napi_value {
          if (failed) return nullptr;
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
