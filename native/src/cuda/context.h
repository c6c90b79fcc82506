#pragma once

#include <cstddef>
#include <memory>
#include <new>

#include "cuda/library.h"

namespace edge::cuda {

/// A GPU's primary context, which everything in the process shares: CUDA's runtime and TensorRT use it too.
/// Held by all that was made in it, and released with the last of them.
class PrimaryContext {
 public:
  /// The context of a GPU. Those who ask for the same one share it; the first may wait some tenths of a
  /// second for it.
  /// @throws Error DEVICE_UNAVAILABLE if there is no such GPU; DEVICE_FAILED, OUT_OF_MEMORY.
  static std::shared_ptr<const PrimaryContext> retain(const Driver& driver, int ordinal);

  ~PrimaryContext();
  PrimaryContext(const PrimaryContext&) = delete;
  PrimaryContext& operator=(const PrimaryContext&) = delete;

  const Driver& driver() const noexcept { return driver_; }
  int ordinal() const noexcept { return ordinal_; }
  abi::Context handle() const noexcept { return handle_; }

 private:
  PrimaryContext(const Driver& driver, int ordinal);

  const Driver& driver_;
  int ordinal_;
  abi::Device device_;
  abi::Context handle_ = nullptr;
};

using SharedContext = std::shared_ptr<const PrimaryContext>;

/// Makes a context the current one of this thread, and the one before it when it ends.
///
/// What makes or frees something does this by itself, since it may run on any thread. What puts work on a
/// stream, waits for it, or asks about it leaves it to its caller, who does it once for many calls.
class ContextScope {
 public:
  /// @throws Error DEVICE_FAILED.
  explicit ContextScope(const PrimaryContext& context);
  /// For destructors: where the context cannot be had, as while the process ends, this is false.
  ContextScope(const PrimaryContext& context, std::nothrow_t) noexcept;
  ~ContextScope();
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;

  explicit operator bool() const noexcept { return result_ == abi::kSuccess; }

 private:
  const Driver& driver_;
  abi::Result result_;
};

/// Memory of a GPU, as it is at this moment.
struct MemoryInfo {
  std::size_t freeBytes = 0;
  std::size_t totalBytes = 0;
};

/// @throws Error DEVICE_FAILED.
MemoryInfo memoryInfo(const PrimaryContext& context);

}  // namespace edge::cuda
