#pragma once

#include <napi.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gpu_image/picture.h"
#include "napi/buffer_view.h"
#include "napi/session_state.h"

namespace edge::js {

class PromiseTask;

/// The JavaScript object of a request; `NativeRequest` in lib/surface.ts.
class RequestObject final : public Napi::ObjectWrap<RequestObject> {
 public:
  static void define(Environment& environment);
  /// Allocates a request's buffers and makes its object.
  static Napi::Object create(Napi::Env env, const std::shared_ptr<SessionState>& state,
                             std::unique_ptr<Request> request);

  /// Called by JavaScript's `new`; only native code has what it needs.
  explicit RequestObject(const Napi::CallbackInfo& info);
  ~RequestObject() override;
  RequestObject(const RequestObject&) = delete;
  RequestObject& operator=(const RequestObject&) = delete;

  /// Detaches the views and gives the request away. Nothing of it may be in flight.
  std::unique_ptr<Request> release(Napi::Env env);

 private:
  /// What a request is made from.
  struct Parts {
    std::shared_ptr<SessionState> state;
    std::unique_ptr<Request> request;
  };

  /// What a run took.
  struct Times {
    double queueMs = 0;
    double inferenceMs = 0;
    std::vector<PhaseTime> phases;
    std::vector<PhaseTime> layers;
    std::string graphRefusal;
  };

  Napi::Value run(const Napi::CallbackInfo& info);
  Napi::Value runSync(const Napi::CallbackInfo& info);
  Napi::Value cancel(const Napi::CallbackInfo& info);
  Napi::Value dispose(const Napi::CallbackInfo& info);
  Napi::Value queueMs(const Napi::CallbackInfo& info);
  Napi::Value inferenceMs(const Napi::CallbackInfo& info);
  Napi::Value phases(const Napi::CallbackInfo& info);
  Napi::Value layers(const Napi::CallbackInfo& info);
  Napi::Value graphRefusal(const Napi::CallbackInfo& info);
  Napi::Value readInputFromDevice(const Napi::CallbackInfo& info);
  Napi::Value writePicture(const Napi::CallbackInfo& info);

  /// What the run took, and its parts.
  Times timed(double queueMs, double inferenceMs) const;

  /// Throws Error SESSION_DISPOSED or REQUEST_BUSY.
  void checkRunnable() const;
  void copyInputs();
  void copyOutputs();
  /// Shows JavaScript what pictures became, after a run that began with some.
  void copyPictures();
  /// For a run that is not to come.
  void forgetPictures() noexcept;
  /// An index of an input, passed by JavaScript.
  std::size_t inputOf(const Napi::Value& value) const;
  /// Takes over outputs that a run put in the place of earlier ones.
  void adoptOutputs(Napi::Env env);
  static Napi::Array expose(Napi::Env env, const std::vector<BufferView>& views);

  std::shared_ptr<SessionState> state_;
  std::unique_ptr<Request> request_;
  std::vector<BufferView> inputs_;
  std::vector<BufferView> outputs_;
  PromiseTask* current_ = nullptr;                     // the run in flight
  gpu_image::PictureTarget* pictureTarget_ = nullptr;  ///< The request, where its inputs take pictures.
  std::set<std::size_t> pictured_;  ///< Inputs that the next run, or the one in flight, has a picture for.
  Napi::ObjectReference disposal_;
  Times times_;
};

}  // namespace edge::js
