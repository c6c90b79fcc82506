#pragma once

#include <exception>
#include <mutex>
#include <utility>

#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Holds the first exception of callbacks that TensorRT made, until its call has returned: none may cross its
/// frames.
class Caught {
 public:
  /// To be called in a `catch (...)` block, on whichever thread.
  void keep() noexcept {
    const std::scoped_lock lock(mutex_);
    if (exception_ == nullptr) exception_ = std::current_exception();
  }

  bool any() const noexcept {
    const std::scoped_lock lock(mutex_);
    return exception_ != nullptr;
  }

  void rethrow() {
    std::exception_ptr exception;
    {
      const std::scoped_lock lock(mutex_);
      exception = std::exchange(exception_, nullptr);
    }
    if (exception != nullptr) std::rethrow_exception(exception);
  }

 private:
  mutable std::mutex mutex_;
  std::exception_ptr exception_;
};

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
