#pragma once

#include <cstddef>
#include <cstdint>

#include "image/kernel.h"

namespace edge::image::passes {

/// Rows to be narrowed or widened.
struct Band {
  std::size_t rows;
  const std::uint8_t* source;
  std::size_t sourceStride;  ///< Bytes from a row of the source to the next.
  std::uint8_t* target;
  std::size_t targetStride;  ///< Bytes from a row of the result to the next.
};

/// Each row of the source to one of the result's width.
using Columns = void (*)(const Weights& weights, std::size_t channels, const Band& band);

/// `weights.taps` rows, each `length` bytes behind the one before, to the result's row of that number.
using Rows = void (*)(const Weights& weights, std::size_t row, const std::uint8_t* source, std::size_t length,
                      std::uint8_t* target);

/// The passes that a processor runs.
struct Passes {
  Columns columns;
  Rows rows;
};

/// For every processor, in plain C++.
Passes plain() noexcept;

#if defined(__x86_64__)
/// Whether this processor, and its operating system, run AVX2.
bool runsAvx2() noexcept;

/// For processors with AVX2; others must not call them.
Passes avx2() noexcept;
#endif

/// The fastest for this one. All of them give the same pixels.
Passes best() noexcept;

/// Half of `2^precision`: what rounds sums to the nearest pixel, halves up.
constexpr std::int32_t halfStep(int precision) noexcept {
  return static_cast<std::int32_t>(1U << static_cast<unsigned>(precision) >> 1U);
}

/// A sum of weighted pixels as a pixel: rounded, and kept within 0 and 255.
inline std::uint8_t toPixel(std::int32_t sum) noexcept {
  const std::int32_t rounded = sum + halfStep(kPrecision);
  const auto value = static_cast<std::uint32_t>(rounded < 0 ? 0 : rounded) >> unsigned{kPrecision};
  return static_cast<std::uint8_t>(value > 255 ? 255 : value);
}

}  // namespace edge::image::passes
