#pragma once

#include <set>
#include <string>

#include "host_memory.h"

namespace edge::tensorrt_double {

/// A text: the first line says for which GPU and version, each other line is a layer that was timed.
class TimingCache final : public TimingCacheStub {
 public:
  TimingCache() = default;
  /// @returns whether it is a timing cache at all.
  bool read(const std::string& content);

  IHostMemory* onSerialize() const override;
  bool onCombine(ITimingCache const& input, bool ignoreMismatch) override;
  bool onReset() override;

  bool fits() const;
  bool has(const std::string& layer) const { return layers_.count(layer) > 0; }
  void add(const std::string& layer) const { layers_.insert(layer); }

 private:
  static std::string here();

  std::string origin_ = here();
  mutable std::set<std::string> layers_;  ///< Builders add to a cache that they have as a constant.
};

}  // namespace edge::tensorrt_double
