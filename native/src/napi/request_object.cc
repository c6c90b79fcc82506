#include "napi/request_object.h"

#include <chrono>
#include <optional>
#include <utility>

#include "core/error.h"
#include "napi/arguments.h"
#include "napi/handle.h"
#include "napi/js_error.h"
#include "napi/picture_arguments.h"
#include "napi/promise_task.h"
#include "napi/tensor_values.h"

namespace edge::js {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

/// A place in the session's queue, given back unless a task took it over.
class RunPlace {
 public:
  /// @throws Error QUEUE_FULL.
  explicit RunPlace(SessionState& state) : state_(&state) { state.beginRun(); }
  ~RunPlace() {
    if (state_ != nullptr) state_->endRun();
  }
  RunPlace(const RunPlace&) = delete;
  RunPlace& operator=(const RunPlace&) = delete;

  void keep() noexcept { state_ = nullptr; }

 private:
  SessionState* state_;
};

}  // namespace

void RequestObject::define(Environment& environment) {
  const Napi::Function constructor =
      DefineClass(environment.env(), "NativeRequest",
                  {
                      InstanceMethod<&RequestObject::run>("run"),
                      InstanceMethod<&RequestObject::runSync>("runSync"),
                      InstanceMethod<&RequestObject::cancel>("cancel"),
                      InstanceMethod<&RequestObject::dispose>("dispose"),
                      InstanceAccessor<&RequestObject::queueMs>("queueMs"),
                      InstanceAccessor<&RequestObject::inferenceMs>("inferenceMs"),
                      InstanceAccessor<&RequestObject::phases>("phases"),
                      InstanceAccessor<&RequestObject::layers>("layers"),
                      InstanceAccessor<&RequestObject::graphRefusal>("graphRefusal"),
                      InstanceMethod<&RequestObject::readInputFromDevice>("readInputFromDevice"),
                      InstanceMethod<&RequestObject::writePicture>("writePicture"),
                  });
  environment.requestConstructor = Napi::Persistent(constructor);
}

Napi::Object RequestObject::create(Napi::Env env, const std::shared_ptr<SessionState>& state,
                                   std::unique_ptr<Request> request) {
  Parts parts{state, std::move(request)};
  Napi::Object object = construct(Environment::of(env).requestConstructor, parts);
  const RequestObject& self = *Unwrap(object);
  object.Set("inputs", expose(env, self.inputs_));
  object.Set("outputs", expose(env, self.outputs_));
  const bool copies = !self.outputs_.empty() && self.outputs_.front().copies();
  object.Set("copies", Napi::Number::New(env, copies ? 1 : 0));
  return object;
}

RequestObject::RequestObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  guarded(info.Env(), [&]() -> Napi::Value {
    auto& parts = constructedFrom<Parts>(info);
    state_ = parts.state;
    request_ = std::move(parts.request);
    pictureTarget_ = dynamic_cast<gpu_image::PictureTarget*>(request_.get());
    for (const auto& buffer : request_->inputs())
      inputs_.emplace_back(info.Env(), buffer, state_->copyBuffers());
    for (const auto& buffer : request_->outputs())
      outputs_.emplace_back(info.Env(), buffer, state_->copyBuffers());
    state_->add(*this);
    return info.Env().Undefined();
  });
}

RequestObject::~RequestObject() {
  if (state_ != nullptr) state_->remove(*this);
}

Napi::Array RequestObject::expose(Napi::Env env, const std::vector<BufferView>& views) {
  const auto array = Napi::Array::New(env, views.size());
  for (std::uint32_t i = 0; i < views.size(); ++i) array.Set(i, views[i].value());
  return array;
}

void RequestObject::checkRunnable() const {
  state_->checkUsable();
  if (!disposal_.IsEmpty()) {
    throw Error(ErrorCode::SESSION_DISPOSED,
                {"the request was used after it was disposed", "", "", "Make another with createRequest()."});
  }
  if (current_ != nullptr) {
    throw Error(ErrorCode::REQUEST_BUSY,
                {"the request is already running", "one run at a time", "a second",
                 "Await the first run, or use another request: session.createRequest()."});
  }
}

void RequestObject::copyInputs() {
  for (BufferView& input : inputs_) input.toBuffer();
}

void RequestObject::copyOutputs() {
  for (BufferView& output : outputs_) output.fromBuffer();
}

void RequestObject::adoptOutputs(Napi::Env env) {
  bool replaced = false;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (outputs_[i].buffer() == request_->outputs()[i]) continue;
    outputs_[i].replace(env, request_->outputs()[i]);
    replaced = true;
  }
  if (!replaced) return;
  Napi::Object self = Value();
  self.Set("outputs", expose(env, outputs_));
  const auto shapes = Napi::Array::New(env, request_->outputShapes().size());
  for (std::uint32_t i = 0; i < request_->outputShapes().size(); ++i) {
    shapes.Set(i, dimensions(env, request_->outputShapes()[i]));
  }
  self.Set("outputShapes", shapes);
}

RequestObject::Times RequestObject::timed(double queueMs, double inferenceMs) const {
  return {queueMs, inferenceMs, request_->phases(), request_->layers(), request_->graphRefusal()};
}

Napi::Value RequestObject::run(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    checkRunnable();
    RunPlace place(*state_);
    copyInputs();
    const Clock::time_point asked = Clock::now();
    // Of this run, until it is settled: JavaScript may read the last one's times meanwhile.
    const auto times = std::make_shared<Times>();
    // Keeping the object alive keeps `this` alive, and with it the buffers, the session and its thread.
    const napi_value promise = PromiseTask::start(
        state_->environment(), state_->thread(),
        [this, asked, times] {
          const Clock::time_point begun = Clock::now();
          request_->run();
          *times = timed(milliseconds(begun - asked), milliseconds(Clock::now() - begun));
        },
        [this, times](Napi::Env env, bool failed) -> napi_value {
          current_ = nullptr;
          state_->endRun();
          if (failed) {
            forgetPictures();
            return nullptr;
          }
          times_ = std::move(*times);
          adoptOutputs(env);
          copyOutputs();
          copyPictures();
          return nullptr;
        },
        info.This(), &current_);
    place.keep();
    return {info.Env(), promise};
  });
}

Napi::Value RequestObject::runSync(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    checkRunnable();
    state_->checkIdle();
    copyInputs();
    const Clock::time_point begun = Clock::now();
    request_->run();
    times_ = timed(0, milliseconds(Clock::now() - begun));
    adoptOutputs(info.Env());
    copyOutputs();
    copyPictures();
    return info.Env().Undefined();
  });
}

Napi::Value RequestObject::cancel(const Napi::CallbackInfo& info) {
  if (current_ == nullptr) return Napi::Boolean::New(info.Env(), false);
  std::unique_ptr<Job> withdrawn = state_->thread().withdraw(current_);
  const bool waiting = withdrawn != nullptr;
  if (!waiting) request_->interrupt();
  if (waiting)
    PromiseTask::fail(std::move(withdrawn), Error(ErrorCode::ABORTED, {"the run was aborted", "", "", ""}));
  return Napi::Boolean::New(info.Env(), waiting);
}

Napi::Value RequestObject::dispose(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    if (!disposal_.IsEmpty()) return disposal_.Value();
    // The session frees its requests with itself.
    if (state_->disposed()) return state_->dispose(info.Env());
    // First in, first out: a run in flight is done when this task's turn comes.
    const napi_value promise = PromiseTask::start(
        state_->environment(), state_->thread(), [] {},
        [this](Napi::Env env, bool /*failed*/) -> napi_value {
          release(env).reset();
          return nullptr;
        },
        info.This());
    const Napi::Value value(info.Env(), promise);
    disposal_ = Napi::Persistent(value.As<Napi::Object>());
    return value;
  });
}

std::unique_ptr<Request> RequestObject::release(Napi::Env env) {
  for (BufferView& input : inputs_) input.detach(env);
  for (BufferView& output : outputs_) output.detach(env);
  inputs_.clear();
  outputs_.clear();
  pictured_.clear();
  pictureTarget_ = nullptr;
  return std::move(request_);
}

// NOLINTNEXTLINE(readability-make-member-function-const): the type that node-addon-api wants
Napi::Value RequestObject::queueMs(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), times_.queueMs);
}

// NOLINTNEXTLINE(readability-make-member-function-const): the type that node-addon-api wants
Napi::Value RequestObject::inferenceMs(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), times_.inferenceMs);
}

// NOLINTNEXTLINE(readability-make-member-function-const): the type that node-addon-api wants
Napi::Value RequestObject::phases(const Napi::CallbackInfo& info) {
  return phaseTimes(info.Env(), times_.phases);
}

// NOLINTNEXTLINE(readability-make-member-function-const): the type that node-addon-api wants
Napi::Value RequestObject::layers(const Napi::CallbackInfo& info) {
  return phaseTimes(info.Env(), times_.layers);
}

// NOLINTNEXTLINE(readability-make-member-function-const): the type that node-addon-api wants
Napi::Value RequestObject::graphRefusal(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), times_.graphRefusal);
}

Napi::Value RequestObject::readInputFromDevice(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    checkRunnable();
    state_->checkNotChanging();
    const std::size_t input = inputOf(info[0]);
    std::optional<std::uintptr_t> address;
    if (!info[1].IsNull()) {
      bool lossless = false;
      if (info[1].IsBigInt()) address = info[1].As<Napi::BigInt>().Uint64Value(&lossless);
      if (!lossless) {
        throw Error(ErrorCode::INVALID_ARGUMENT,
                    {"the address is not one", "a bigint of 64 bits, or null", "", ""});
      }
    }
    request_->readInputFromDevice(input, address);
    return info.Env().Undefined();
  });
}

std::size_t RequestObject::inputOf(const Napi::Value& value) const {
  const auto last = static_cast<std::int64_t>(inputs_.size()) - 1;
  return static_cast<std::size_t>(integerOf("input", value, 0, last));
}

Napi::Value RequestObject::writePicture(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    checkRunnable();
    const std::size_t input = inputOf(info[0]);
    if (pictureTarget_ == nullptr) {
      throw Error(ErrorCode::INVALID_ARGUMENT,
                  {"this backend does not preprocess on a GPU", "a session of the tensorrt backend",
                   "one that runs on the processor", "Write the picture's values into the input's tensor."});
    }
    if (info[1].IsNull()) {
      pictureTarget_->forgetPicture(input);
      pictured_.erase(input);
      return info.Env().Undefined();
    }
    const gpu_image::Picture picture = pictureOf(info[1]);
    // A getter may have disposed of the request, or have begun a run.
    checkRunnable();
    pictured_.erase(input);
    pictureTarget_->writePicture(input, picture);
    pictured_.insert(input);
    return info.Env().Undefined();
  });
}

void RequestObject::copyPictures() {
  for (const std::size_t input : pictured_) inputs_[input].fromBuffer();
  pictured_.clear();
}

void RequestObject::forgetPictures() noexcept {
  if (pictureTarget_ != nullptr) pictureTarget_->forgetPictures();
  pictured_.clear();
}

}  // namespace edge::js
