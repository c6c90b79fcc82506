#pragma once

#include <atomic>
#include <cstdint>

namespace edge {

/// Numbers of native objects alive in this process, over all threads and JavaScript environments. Tests read
/// them to find leaks.
struct LiveObjects {
  std::atomic<std::int64_t> sessions{0};
  std::atomic<std::int64_t> requests{0};
  std::atomic<std::int64_t> buffers{0};
  std::atomic<std::int64_t> threads{0};
  std::atomic<std::int64_t> tasks{0};
};

/// The process's counters.
LiveObjects& liveObjects() noexcept;

/// Counts its owner while that lives: `Counted counted_{liveObjects().buffers};`.
class Counted {
 public:
  explicit Counted(std::atomic<std::int64_t>& counter) noexcept : counter_(counter) {
    counter_.fetch_add(1, std::memory_order_relaxed);
  }
  ~Counted() { counter_.fetch_sub(1, std::memory_order_relaxed); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<std::int64_t>& counter_;
};

}  // namespace edge
