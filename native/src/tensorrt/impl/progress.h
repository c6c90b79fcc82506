#pragma once

#include <atomic>

#include "tensorrt/impl/caught.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Tells an observer of a build's phases, and takes back its wish to end it.
class ProgressMonitor final : public nvinfer1::IProgressMonitor {
 public:
  explicit ProgressMonitor(BuildObserver& observer) : observer_(observer) {}

  void phaseStart(const char* phase, const char* parent, std::int32_t steps) noexcept override;
  bool stepComplete(const char* phase, std::int32_t step) noexcept override;
  void phaseFinish(const char* phase) noexcept override;

  /// Whether the observer ended the build.
  bool cancelled() const noexcept { return cancelled_.load(); }
  /// Throws what was caught in a callback, if anything.
  void rethrow() { caught_.rethrow(); }

 private:
  BuildObserver& observer_;
  std::atomic<bool> cancelled_{false};
  Caught caught_;
};

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
