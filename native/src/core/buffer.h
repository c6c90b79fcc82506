#pragma once

#include <cstddef>
#include <cstdint>
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
  /// Memory that somebody else allocated: page-locked memory, say. It begins on a cache line and is padded
  /// like the buffer's own; what it held before, it holds.
  ///
  /// @param capacity its size with padding.
  /// @param owner let go of when the buffer ends, on whichever thread that happens.
  /// @throws Error INTERNAL if the memory is not aligned or not padded so.
  Buffer(void* data, std::size_t bytes, std::size_t capacity, std::shared_ptr<void> owner);

  void* data() noexcept { return data_; }
  const void* data() const noexcept { return data_; }
  /// The size asked for, without padding.
  std::size_t bytes() const noexcept { return bytes_; }
  /// The size allocated.
  std::size_t capacity() const noexcept { return capacity_; }

 private:
  struct Free {
    // Not a default argument: those of nested classes come too late for std::unique_ptr's own checks.
    Free() noexcept : mapped(0) {}
    explicit Free(std::size_t mappedBytes) noexcept : mapped(mappedBytes) {}
    std::size_t mapped;  ///< Bytes of a mapping; 0 for memory from the heap.
    void operator()(void* memory) const noexcept;
  };
  using Memory = std::unique_ptr<void, Free>;

#if defined(__SANITIZE_ADDRESS__)
  // Sanitizers watch the heap alone.
  static constexpr std::size_t kMapped = SIZE_MAX;
#else
  // Below, the heap is faster.
  static constexpr std::size_t kMapped = std::size_t{1024} * 1024;
#endif

  static Memory allocate(std::size_t capacity) noexcept;

  std::size_t bytes_;
  std::size_t capacity_;
  Memory memory_;                ///< Null where somebody else allocated it.
  std::shared_ptr<void> owner_;  ///< Of that.
  void* data_ = nullptr;
  Counted counted_{liveObjects().buffers};
};

}  // namespace edge
