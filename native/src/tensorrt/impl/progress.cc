#include "tensorrt/impl/progress.h"

#include <string>

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

std::string text(const char* words) {
  return words != nullptr ? words : "";
}

}  // namespace

void ProgressMonitor::phaseStart(const char* phase, const char* parent, std::int32_t steps) noexcept {
  try {
    observer_.phaseStarted(text(phase), text(parent), steps);
  } catch (...) {
    caught_.keep();
  }
}

bool ProgressMonitor::stepComplete(const char* phase, std::int32_t step) noexcept {
  try {
    // TensorRT goes on asking, on other threads too, until all of them have stopped.
    if (cancelled_.load() || caught_.any()) return false;
    if (observer_.stepDone(text(phase), step)) return true;
    cancelled_.store(true);
  } catch (...) {
    caught_.keep();
  }
  return false;
}

void ProgressMonitor::phaseFinish(const char* phase) noexcept {
  try {
    observer_.phaseEnded(text(phase));
  } catch (...) {
    caught_.keep();
  }
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
