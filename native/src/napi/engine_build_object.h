#pragma once

#include <napi.h>

#include <memory>

#include "core/inference_thread.h"
#include "napi/environment.h"
#include "napi/tensorrt_arguments.h"
#include "tensorrt/build_control.h"
#include "tensorrt/calibration_feed.h"

namespace edge::js {

/// What to build, and with what.
struct EngineBuild {
  TensorRtLibraries libraries;
  int device = 0;
  tensorrt::OnnxContent model;
  tensorrt::BuildSettings settings;
  std::shared_ptr<tensorrt::CalibrationFeed> feed;  ///< Null without calibration.
};

/// The JavaScript object of an engine that is being built; `NativeEngineBuild` in lib/surface.ts.
///
/// A build takes minutes, so it has a thread of its own, and whatever stops that thread (the end of a worker,
/// or of the process) cancels it first.
class EngineBuildObject final : public Napi::ObjectWrap<EngineBuildObject> {
 public:
  static void define(Environment& environment);
  /// Starts a build and makes its object.
  static Napi::Object start(Napi::Env env, EngineBuild build);

  /// Called by JavaScript's `new`; only native code has what it needs.
  explicit EngineBuildObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value phases(const Napi::CallbackInfo& info);
  Napi::Value cancel(const Napi::CallbackInfo& info);
  Napi::Value offerBatch(const Napi::CallbackInfo& info);
  Napi::Value endBatches(const Napi::CallbackInfo& info);

  std::shared_ptr<tensorrt::BuildControl> control_;
  std::shared_ptr<tensorrt::CalibrationFeed> feed_;
};

}  // namespace edge::js
