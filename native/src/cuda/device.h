#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "cuda/library.h"

namespace edge::cuda {

/// What is known of a GPU.
struct DeviceInfo {
  int ordinal = 0;
  std::string name;
  std::string uuid;  ///< As nvidia-smi writes it: `GPU-` and 32 hexadecimal digits in groups.
  int computeMajor = 0;
  int computeMinor = 0;
  std::size_t totalBytes = 0;
  /// Whether it shares the processor's memory, as Jetson's do.
  bool integrated = false;
  bool canMapHostMemory = false;
  int multiprocessors = 0;
  /// The newest CUDA that the driver supports, as it counts: 12060.
  int driverVersion = 0;

  /// `8.7`.
  std::string computeCapability() const;
};

/// Asks the driver about a GPU. Makes no context, so it costs neither time nor memory of the GPU.
/// @throws Error DEVICE_UNAVAILABLE if there are not so many; DEVICE_FAILED.
DeviceInfo describeDevice(const Driver& driver, int ordinal);

/// The driver's handle of a GPU.
/// @throws Error DEVICE_UNAVAILABLE if there are not so many; DEVICE_FAILED.
abi::Device deviceAt(const Driver& driver, int ordinal);

}  // namespace edge::cuda
