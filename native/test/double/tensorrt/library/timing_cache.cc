#include "timing_cache.h"

#include <memory>
#include <sstream>

namespace edge::tensorrt_double {

namespace {
constexpr char kTag[] = "timing cache of ";
}

std::string TimingCache::here() {
  return kTag + text(version()) + " on " + gpu().name;
}

bool TimingCache::read(const std::string& content) {
  std::istringstream lines(content);
  std::getline(lines, origin_);
  for (std::string layer; std::getline(lines, layer);) layers_.insert(layer);
  return origin_.rfind(kTag, 0) == 0;
}

bool TimingCache::fits() const {
  return origin_ == here();
}

IHostMemory* TimingCache::onSerialize() const {
  std::string content = origin_ + "\n";
  for (const std::string& layer : layers_) content += layer + "\n";
  return std::make_unique<HostMemory>(std::vector<std::uint8_t>(content.begin(), content.end())).release();
}

bool TimingCache::onCombine(ITimingCache const& input, bool ignoreMismatch) {
  const auto& other = static_cast<const TimingCache&>(input);
  if (!ignoreMismatch && other.origin_ != origin_) return false;
  layers_.insert(other.layers_.begin(), other.layers_.end());
  return true;
}

bool TimingCache::onReset() {
  layers_.clear();
  return true;
}

}  // namespace edge::tensorrt_double
