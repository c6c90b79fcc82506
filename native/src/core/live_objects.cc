#include "core/live_objects.h"

namespace edge {

LiveObjects& liveObjects() noexcept {
  static LiveObjects counters;  // trivially destructible: safe to touch while the process exits
  return counters;
}

}  // namespace edge
