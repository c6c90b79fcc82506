#include "tensorrt/build_control.h"

#include <algorithm>

namespace edge::tensorrt {

std::vector<BuildPhase> BuildControl::phases() const {
  const std::scoped_lock lock(mutex_);
  return phases_;
}

std::vector<BuildPhase>::iterator BuildControl::find(const std::string& phase) {
  return std::find_if(phases_.begin(), phases_.end(),
                      [&](const BuildPhase& known) { return known.name == phase; });
}

// Each of these is called from TensorRT's frames: what memory cannot be had for is not told.

void BuildControl::phaseStarted(const std::string& phase, const std::string& parent, int steps) noexcept {
  try {
    const std::scoped_lock lock(mutex_);
    const auto outer = find(parent);
    const int depth = outer == phases_.end() ? 0 : outer->depth + 1;
    // Phases end innermost first, so those that are at work stand in the order of their depth.
    phases_.push_back({phase, depth, 0, steps});
  } catch (...) {  // NOLINT(bugprone-empty-catch): see above
  }
}

bool BuildControl::stepDone(const std::string& phase, int step) noexcept {
  try {
    const std::scoped_lock lock(mutex_);
    const auto known = find(phase);
    // TensorRT counts from 0.
    if (known != phases_.end()) known->step = std::max(known->step, step + 1);
  } catch (...) {  // NOLINT(bugprone-empty-catch): see above
  }
  return !cancelled_;
}

void BuildControl::phaseEnded(const std::string& phase) noexcept {
  try {
    const std::scoped_lock lock(mutex_);
    const auto known = find(phase);
    if (known != phases_.end()) phases_.erase(known);
  } catch (...) {  // NOLINT(bugprone-empty-catch): see above
  }
}

}  // namespace edge::tensorrt
