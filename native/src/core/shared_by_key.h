#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace edge {

/// Things that are dear to make, shared by all who name the same key while any of them holds it.
template <typename Value>
class SharedByKey {
 public:
  /// @param make makes the value if nobody holds it; others who ask meanwhile wait.
  template <typename Make>
  std::shared_ptr<Value> get(const std::string& key, Make&& make) {
    const std::scoped_lock lock(mutex_);
    if (std::shared_ptr<Value> held = values_[key].lock()) return held;
    std::shared_ptr<Value> made = make();
    values_[key] = made;
    forgetEnded();
    return made;
  }

 private:
  void forgetEnded() {
    for (auto place = values_.begin(); place != values_.end();) {
      place = place->second.expired() ? values_.erase(place) : std::next(place);
    }
  }

  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Value>> values_;
};

}  // namespace edge
