#pragma once

#include <memory>

#include "cuda/module.h"
#include "gpu_image/kernels/pixel_arithmetic.h"

namespace edge::gpu_image {

/// The kernels of one GPU, compiled by its driver.
class Kernels {
 public:
  /// Threads of a block: side by side, as their pixels lie, and in so many rows.
  static constexpr unsigned kBlockWidth = 32;
  static constexpr unsigned kBlockHeight = 8;
  /// What a grid is high at most.
  static constexpr std::size_t kMostRows = std::size_t{65535} * kBlockHeight;

  /// Those of a context, which all who ask share.
  /// @throws Error DEVICE_FAILED with what the driver's compiler said, or where the addon was built without
  /// them.
  static std::shared_ptr<const Kernels> of(const cuda::SharedContext& context);

  explicit Kernels(const cuda::SharedContext& context);

  // Each is put on a stream, in a ContextScope. @throws Error DEVICE_FAILED.

  void launch(const cuda::Stream& stream, Nv12Rows work) const;
  void launch(const cuda::Stream& stream, ColumnPass work) const;
  void launch(const cuda::Stream& stream, RowPass work) const;

 private:
  cuda::Module module_;
  cuda::Function convertNv12_;
  cuda::Function passColumns_;
  cuda::Function passRows_;
};

}  // namespace edge::gpu_image
