// The least that `await` of work on another thread can cost: a promise, a thread that is woken, a thread-safe
// function, nothing else.

#include <node_api.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace {

/// One round trip at a time.
class RoundTrip {
 public:
  explicit RoundTrip(napi_env env) {
    napi_value name = nullptr;
    napi_create_string_utf8(env, "round trip", NAPI_AUTO_LENGTH, &name);
    napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this,
                                    &RoundTrip::settle, &back_);
    napi_unref_threadsafe_function(env, back_);
    napi_add_env_cleanup_hook(env, &RoundTrip::stop, this);
    thread_ = std::thread([this] { loop(); });
  }
  ~RoundTrip() {
    if (thread_.joinable()) stop(this);  // process.exit() runs no clean-up hooks
  }
  RoundTrip(const RoundTrip&) = delete;
  RoundTrip& operator=(const RoundTrip&) = delete;

  napi_value start(napi_env env) {
    napi_value promise = nullptr;
    napi_create_promise(env, &deferred_, &promise);
    napi_ref_threadsafe_function(env, back_);
    {
      const std::scoped_lock lock(mutex_);
      asked_ = true;
    }
    wake_.notify_one();
    return promise;
  }

 private:
  void loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return asked_ || stopping_; });
      if (stopping_) return;
      asked_ = false;
      lock.unlock();
      napi_call_threadsafe_function(back_, nullptr, napi_tsfn_nonblocking);
      lock.lock();
    }
  }

  static void settle(napi_env env, napi_value /*callback*/, void* context, void* /*data*/) {
    if (env == nullptr) return;
    auto& self = *static_cast<RoundTrip*>(context);
    napi_unref_threadsafe_function(env, self.back_);
    napi_value undefined = nullptr;
    napi_get_undefined(env, &undefined);
    napi_resolve_deferred(env, self.deferred_, undefined);
  }

  static void stop(void* context) {
    auto& self = *static_cast<RoundTrip*>(context);
    {
      const std::scoped_lock lock(self.mutex_);
      self.stopping_ = true;
    }
    self.wake_.notify_one();
    self.thread_.join();
  }

  napi_threadsafe_function back_ = nullptr;
  napi_deferred deferred_ = nullptr;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool asked_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

napi_value roundTrip(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  return static_cast<RoundTrip*>(data)->start(env);
}

napi_value initialise(napi_env env, napi_value exports) {
  static RoundTrip self(env);  // loaded once, by one environment
  napi_value function = nullptr;
  napi_create_function(env, "roundTrip", NAPI_AUTO_LENGTH, &roundTrip, &self, &function);
  napi_set_named_property(env, exports, "roundTrip", function);
  return exports;
}

}  // namespace

NAPI_MODULE_INIT() {
  return initialise(env, exports);
}
