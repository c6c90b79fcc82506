#pragma once

#include <cstddef>
#include <memory>

#include "core/live_objects.h"

namespace edge {

/// Zeroed memory that vendor libraries may read and write in place.
///
/// It begins on a cache line, which TFLite demands of custom allocations, and is followed by kPadding
/// readable bytes, because vectorised kernels (XNNPACK's) may read past the end of a tensor.
class Buffer {
 public:
  static constexpr std::size_t kAlignment = 64;
  static constexpr std::size_t kPadding = 128;

  /// @throws Error OUT_OF_MEMORY.
  explicit Buffer(std::size_t bytes);

  void* data() noexcept { return memory_.get(); }
  const void* data() const noexcept { return memory_.get(); }
  /// The size asked for, without padding.
  std::size_t bytes() const noexcept { return bytes_; }
  /// The size allocated.
  std::size_t capacity() const noexcept { return capacity_; }

 private:
  struct Free {
    void operator()(void* memory) const noexcept;
  };

  std::size_t bytes_;
  std::size_t capacity_;
  std::unique_ptr<void, Free> memory_;
  Counted counted_{liveObjects().buffers};
};

}  // namespace edge
