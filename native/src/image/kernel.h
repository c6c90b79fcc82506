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
/// each times its weight, over `2^kPrecision`.
///
/// Weights are whole numbers, rounded as Pillow rounds them, so that every processor gives Pillow's pixels.
/// Processors multiply 16 bits faster than 32: a weight is `high × kHighUnit + low`, with `low` as near to 0
/// as can be. Neither part is larger than the weight, so that sums of each stay within 32 bits as well.
///
/// Windows all have the same width; where one would reach beyond the source it is moved, and the weights that
/// have no part in it are 0.
struct Weights {
  std::size_t taps = 0;
  std::vector<std::uint32_t> first;  ///< One for each value of the result.
  std::vector<std::int16_t> high;    ///< `taps` for each value of the result.
  std::vector<std::int16_t> low;     ///< As many.
};

/// Bits for fractions: of 32, a pixel takes 8, the sign one, and what sums may come to above 255 another.
constexpr int kPrecision = 22;
constexpr int kLowBits = 8;
constexpr std::int32_t kHighUnit = 256;  ///< 2^kLowBits

/// Weight `place % taps` of value `place / taps`.
inline std::int32_t weightAt(const Weights& weights, std::size_t place) {
  return weights.high[place] * kHighUnit + weights.low[place];
}

/// `value / unit`, to the nearest whole number, halves away from 0.
inline std::int32_t dividedToNearest(std::int32_t value, std::int32_t unit) {
  const std::int32_t half = unit / 2;
  return (value + (value < 0 ? -half : half)) / unit;
}

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
