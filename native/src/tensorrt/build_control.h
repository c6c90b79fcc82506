#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "tensorrt/api.h"

namespace edge::tensorrt {

/// A phase of a build that has begun and not ended.
struct BuildPhase {
  std::string name;
  int depth = 0;  ///< 0 for outermost ones.
  int step = 0;   ///< Steps done.
  int steps = 0;
};

/// Follows a build on the thread that builds, and is asked and told to stop on others.
class BuildControl final : public BuildObserver {
 public:
  /// Phases at work, outermost first.
  std::vector<BuildPhase> phases() const;
  /// Has the build end at its next step. Can be called again.
  void cancel() noexcept { cancelled_ = true; }
  bool cancelled() const noexcept { return cancelled_; }

  void phaseStarted(const std::string& phase, const std::string& parent, int steps) noexcept override;
  bool stepDone(const std::string& phase, int step) noexcept override;
  void phaseEnded(const std::string& phase) noexcept override;

 private:
  std::vector<BuildPhase>::iterator find(const std::string& phase);

  mutable std::mutex mutex_;
  std::vector<BuildPhase> phases_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace edge::tensorrt
