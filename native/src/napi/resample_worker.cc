#include "napi/resample_worker.h"

#include <memory>

#include "napi/js_error.h"

namespace edge::js {

Napi::Value ResampleWorker::start(Napi::Env env, const image::Resampling& resampling,
                                  const Napi::Uint8Array& pixels) {
  auto worker = std::unique_ptr<ResampleWorker>(new ResampleWorker(env, resampling, pixels));
  const Napi::Promise promise = worker->deferred_.Promise();
  worker->Queue();
  static_cast<void>(worker.release());  // destroys itself when it has ended
  return promise;
}

ResampleWorker::ResampleWorker(Napi::Env env, const image::Resampling& resampling,
                               const Napi::Uint8Array& pixels)
    : Napi::AsyncWorker(env, "@edge/native"),
      resampling_(resampling),
      source_(pixels.Data()),
      deferred_(Napi::Promise::Deferred::New(env)) {
  auto target =
      Napi::Uint8Array::New(env, resampling.rows.count * resampling.columns.count * resampling.channels);
  target_ = target.Data();
  keptSource_ = Napi::ObjectReference::New(pixels, 1);
  keptTarget_ = Napi::ObjectReference::New(target, 1);
}

void ResampleWorker::Execute() {
  try {
    image::resample(resampling_, source_, target_);
  } catch (...) {
    error_ = currentError();
  }
}

void ResampleWorker::OnOK() {
  const Napi::Env env = Env();
  const Napi::HandleScope scope(env);
  if (!error_) {
    deferred_.Resolve(keptTarget_.Value());
    return;
  }
  const napi_value error = createError(env, *error_);
  if (error != nullptr) deferred_.Reject(error);
}

}  // namespace edge::js
