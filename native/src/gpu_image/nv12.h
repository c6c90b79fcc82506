#pragma once

#include <cstddef>
#include <cstdint>

#include "gpu_image/kernels/pixel_arithmetic.h"

namespace edge::gpu_image {

/// Whose weights of red, green and blue luma is made of: ITU-R BT.601-7 or BT.709-6.
enum class Matrix : std::uint8_t { bt601, bt709 };

/// Which bytes stand for black and white: 16 and 235, or 0 and 255.
enum class Range : std::uint8_t { limited, full };

/// Factors of the arithmetic on NV12. Those of BT.601 in limited range are OpenCV's own, which are a little
/// off the standard's.
Nv12Factors nv12Factors(Matrix matrix, Range range) noexcept;

/// A frame of NV12: rows of luma, and rows of pairs of chroma, half as many.
struct Nv12Layout {
  std::size_t rowBytes = 0;        ///< From a row of luma to the next.
  std::size_t chromaOffset = 0;    ///< From the first byte of the frame to the first pair.
  std::size_t chromaRowBytes = 0;  ///< From a row of pairs to the next.
  Matrix matrix = Matrix::bt601;
  Range range = Range::limited;
};

/// Bytes that a row of pairs has, without padding.
constexpr std::size_t chromaRowLength(std::size_t width) noexcept {
  return (width + 1) / 2 * 2;
}

/// Bytes from a frame's first to the one after its last.
/// @throws Error INVALID_ARGUMENT where rows overlap, or chroma begins within the luma.
std::size_t nv12Bytes(const Nv12Layout& layout, std::size_t width, std::size_t height);

/// A frame as RGB.
/// @param frame `nv12Bytes` bytes.
/// @param target `width × height` pixels, rows without padding.
void nv12ToRgb(const Nv12Layout& layout, const std::uint8_t* frame, std::size_t width, std::size_t height,
               std::uint8_t* target);

}  // namespace edge::gpu_image
