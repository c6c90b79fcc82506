#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace edge::image {

/// Which values around a point make the value there.
enum class Kernel { nearest, bilinear, bicubic, lanczos };

/// How one axis of a picture is resampled.
struct Axis {
  std::size_t from = 0;   ///< Pixels of the source.
  std::size_t to = 0;     ///< Pixels that all of the source becomes.
  std::size_t first = 0;  ///< First of them that is wanted.
  std::size_t count = 0;  ///< How many are wanted.
};

/// Weights of one axis: value `i` of the result is the sum of `taps` values of the source from `first[i]` on,
/// each times its weight, over `2^precision`.
///
/// Weights are whole numbers of 16 bits, so that every processor gives the same pixels. Windows all have the
/// same width; where one would reach beyond the source it is moved, and the weights that have no part in it
/// are 0.
struct Weights {
  std::size_t taps = 0;
  int precision = 0;
  std::vector<std::uint32_t> first;   ///< One for each value of the result.
  std::vector<std::int16_t> weights;  ///< `taps` for each value of the result.
};

/// Works out an axis' weights.
///
/// With `antialias` the kernel is stretched by as much as the picture shrinks, as PIL's `resize` does it
/// (Pillow, `Resample.c`); without, it stays as narrow as when enlarging, as TensorFlow's `tf.image.resize`
/// has it by default. Both put pixel centres at halves. Bicubic is Keys' with a = −0.5, Lanczos has three
/// lobes. Weights beyond the edge are left out, and the others normalised. `nearest` takes the pixel under
/// the centre.
///
/// @param axis `from`, `to` and `count` are above 0, `first + count` is at most `to`.
Weights weightsOf(Kernel kernel, bool antialias, const Axis& axis);

}  // namespace edge::image
