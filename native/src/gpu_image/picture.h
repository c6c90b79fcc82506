#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "cuda/abi.h"
#include "gpu_image/nv12.h"
#include "image/kernel.h"
#include "image/pixel_writer.h"

namespace edge::gpu_image {

/// Memory that a picture is read from: the processor's, or the GPU's.
struct Pixels {
  const std::uint8_t* data = nullptr;
  std::size_t bytes = 0;
  std::optional<cuda::abi::DevicePointer> address;  ///< In the GPU's memory; then the others mean nothing.
};

/// A picture, and what is to become of it in a tensor of three channels.
struct Picture {
  Pixels pixels;
  std::size_t rowBytes = 0;        ///< From a row to the next.
  std::optional<Nv12Layout> nv12;  ///< Without one the picture is RGB.
  image::Axis columns;
  image::Axis rows;
  image::Kernel kernel = image::Kernel::bilinear;
  bool antialias = true;
  std::size_t width = 0;  ///< Of the tensor.
  std::size_t height = 0;
  std::size_t x = 0;  ///< Where in it the resampled part goes.
  std::size_t y = 0;
  std::array<std::uint8_t, 3> pad{};  ///< RGB of what is around the part.
  image::Conversion conversion;
};

/// Bytes of the tensor that a picture fills.
std::size_t tensorBytes(const Picture& picture) noexcept;

/// Bytes from a picture's first to the one after its last.
/// @throws Error INVALID_ARGUMENT if the picture's parts do not fit each other, or it is longer than a
/// kernel's grid.
std::size_t frameBytes(const Picture& picture);

/// Something whose inputs take pictures.
class PictureTarget {
 public:
  virtual ~PictureTarget() = default;
  PictureTarget() = default;
  PictureTarget(const PictureTarget&) = delete;
  PictureTarget& operator=(const PictureTarget&) = delete;

  /// Has the next run begin with a picture. Not while a run is at work.
  /// @throws Error INVALID_ARGUMENT, SHAPE_MISMATCH, OUT_OF_MEMORY; DEVICE_FAILED where the driver refuses
  /// the kernels.
  virtual void writePicture(std::size_t input, const Picture& picture) = 0;
  /// As if no picture had been given for an input. Not while a run is at work.
  virtual void forgetPicture(std::size_t input) noexcept = 0;
  /// As if none had been given for any: to be called where a run was taken back.
  virtual void forgetPictures() noexcept = 0;
};

}  // namespace edge::gpu_image
