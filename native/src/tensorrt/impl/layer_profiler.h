#pragma once

#include <mutex>
#include <vector>

#include "tensorrt/impl/caught.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Notes how long each layer of a run took.
class LayerProfiler final : public nvinfer1::IProfiler {
 public:
  explicit LayerProfiler(Caught& caught) : caught_(caught) {}

  void reportLayerTime(const char* layer, float ms) noexcept override {
    try {
      const std::scoped_lock lock(mutex_);
      times_.push_back({layer != nullptr ? layer : "", ms});
    } catch (...) {
      caught_.keep();
    }
  }

  void clear() noexcept {
    const std::scoped_lock lock(mutex_);
    times_.clear();
  }

  std::vector<LayerTime> times() const {
    const std::scoped_lock lock(mutex_);
    return times_;
  }

 private:
  Caught& caught_;
  mutable std::mutex mutex_;
  std::vector<LayerTime> times_;
};

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
