#pragma once

#include <napi.h>

#include <optional>

#include "core/error.h"
#include "core/live_objects.h"
#include "image/resampler.h"

namespace edge::js {

/// Resamples a picture on one of libuv's threads, where sharp decodes them too, and settles a promise.
///
/// Node.js lets work that has begun end before an environment does, and its memory with it.
class ResampleWorker final : public Napi::AsyncWorker {
 public:
  /// Queues the work.
  /// @param pixels what `resampling` expects; JavaScript must leave it alone until the promise is settled.
  /// @returns a promise of a Uint8Array.
  static Napi::Value start(Napi::Env env, const image::Resampling& resampling,
                           const Napi::Uint8Array& pixels);

  void Execute() override;
  void OnOK() override;

 private:
  ResampleWorker(Napi::Env env, const image::Resampling& resampling, const Napi::Uint8Array& pixels);

  image::Resampling resampling_;
  Napi::ObjectReference keptSource_;
  Napi::ObjectReference keptTarget_;
  const std::uint8_t* source_;
  std::uint8_t* target_ = nullptr;
  Napi::Promise::Deferred deferred_;
  std::optional<Error> error_;
  Counted counted_{liveObjects().tasks};
};

}  // namespace edge::js
