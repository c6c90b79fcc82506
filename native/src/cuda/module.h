#pragma once

#include <cstdint>
#include <string>

#include "cuda/stream.h"

namespace edge::cuda {

/// Sizes of a launch in three dimensions.
struct Extent {
  unsigned x = 1;
  unsigned y = 1;
  unsigned z = 1;
};

/// A kernel; valid as long as its module.
class Function {
 public:
  Function(const Driver& driver, abi::Function handle) noexcept : driver_(driver), handle_(handle) {}

  /// Puts it on a stream. In a ContextScope.
  /// @param parameters addresses of the parameters, in their order, read before this returns.
  /// @throws Error DEVICE_FAILED.
  void launch(const Stream& stream, Extent grid, Extent block, void** parameters,
              unsigned sharedBytes = 0) const;

 private:
  const Driver& driver_;
  abi::Function handle_;
};

/// Kernels, compiled by the driver for the GPU at hand.
class Module {
 public:
  /// @param name what it is, for the message.
  /// @throws Error DEVICE_FAILED with what the driver's compiler said; OUT_OF_MEMORY.
  Module(SharedContext context, const std::string& name, const std::string& ptx);
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  /// @throws Error DEVICE_FAILED if there is none of this name.
  Function function(const std::string& name) const;

 private:
  SharedContext context_;
  abi::Module handle_ = nullptr;
};

}  // namespace edge::cuda
