#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "cuda/memory.h"
#include "cuda/stream.h"
#include "gpu_image/constants.h"
#include "gpu_image/kernels.h"
#include "gpu_image/picture.h"

namespace edge::gpu_image {

/// Brings pictures into one input, on the GPU: what image::resample and image::writePixels give, byte for
/// byte.
///
/// Its memory is kept from picture to picture, and grows where one needs more. One thread at a time;
/// `prepare` only once what was put on a stream is done.
class Preprocessor {
 public:
  /// @throws Error DEVICE_FAILED where the driver refuses the kernels.
  explicit Preprocessor(cuda::SharedContext context);

  /// Takes a picture: copies it, if it is in the processor's memory, and works out what the kernels look up.
  /// @throws Error INVALID_ARGUMENT, SHAPE_MISMATCH, OUT_OF_MEMORY, DEVICE_FAILED.
  void prepare(const Picture& picture);

  /// Puts what is to be done for the prepared picture on a stream. In a ContextScope.
  /// @param target the tensor's memory, as the GPU sees it.
  /// @throws Error DEVICE_FAILED.
  void putOnStream(cuda::Stream& stream, cuda::abi::DevicePointer target);

 private:
  /// Memory of the GPU, and page-locked memory that is copied there.
  struct Upload {
    std::unique_ptr<cuda::HostMemory> host;
    std::unique_ptr<cuda::DeviceMemory> device;
    std::size_t bytes = 0;  ///< Of them that are to be copied.
  };

  /// Makes room for so many bytes, unless there is.
  void reserve(Upload& upload, std::size_t bytes);
  void reserve(std::unique_ptr<cuda::DeviceMemory>& memory, std::size_t bytes);
  void checkSource(const Picture& picture) const;
  /// Copies the rows that are needed, without their padding.
  /// @returns the source as it is in the copy.
  Nv12Rows takeFrame(const Picture& picture);
  /// Where the GPU finds a constant.
  cuda::abi::DevicePointer constant(std::size_t place) const;

  cuda::SharedContext context_;
  std::shared_ptr<const Kernels> kernels_;
  Constants constants_;
  Upload constantMemory_;
  bool constantsWait_ = false;  ///< Whether they are still to be copied.
  Upload frameMemory_;
  std::unique_ptr<cuda::DeviceMemory> converted_;
  std::unique_ptr<cuda::DeviceMemory> narrowed_;
  std::optional<Nv12Rows> conversion_;
  std::optional<ColumnPass> columnPass_;
  RowPass rowPass_{};
};

}  // namespace edge::gpu_image
