#include "gpu_image/nv12.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"

namespace edge::gpu_image {
namespace {

using Colour = std::array<std::uint8_t, 3>;

Colour colour(Matrix matrix, Range range, int luma, int u, int v) {
  const Triple<Byte> found = colourOf(nv12Factors(matrix, range), luma, u, v);
  return {found.first, found.second, found.third};
}

/// By the standards' own words, in floating point: luma and differences back to between 0 and 1, then to red,
/// green and blue.
Colour byTheStandard(Matrix matrix, Range range, int luma, int u, int v) {
  const double kr = matrix == Matrix::bt709 ? 0.2126 : 0.299;
  const double kb = matrix == Matrix::bt709 ? 0.0722 : 0.114;
  const bool full = range == Range::full;
  const double y = full ? luma / 255.0 : std::max(0, luma - 16) / 219.0;
  const double pb = (u - 128) / (full ? 255.0 : 224.0);
  const double pr = (v - 128) / (full ? 255.0 : 224.0);
  const double red = y + 2 * (1 - kr) * pr;
  const double blue = y + 2 * (1 - kb) * pb;
  const double green = (y - kr * red - kb * blue) / (1 - kr - kb);
  const auto level = [](double value) {
    return static_cast<std::uint8_t>(std::clamp(std::floor(value * 255 + 0.5), 0.0, 255.0));
  };
  return {level(red), level(green), level(blue)};
}

TEST(Nv12, MakesTheColoursOfOpenCv) {
  // What cvtColor(…, COLOR_YUV2RGB_NV12) gives, by its own factors.
  EXPECT_EQ(colour(Matrix::bt601, Range::limited, 16, 128, 128), (Colour{0, 0, 0}));
  EXPECT_EQ(colour(Matrix::bt601, Range::limited, 235, 128, 128), (Colour{255, 255, 255}));
  EXPECT_EQ(colour(Matrix::bt601, Range::limited, 81, 90, 240), (Colour{254, 0, 0}));
  EXPECT_EQ(colour(Matrix::bt601, Range::limited, 0, 128, 128), (Colour{0, 0, 0}));
}

TEST(Nv12, IsWithinALevelOfBothStandardsForEveryLumaAndChroma) {
  for (const Matrix matrix : {Matrix::bt601, Matrix::bt709}) {
    for (const Range range : {Range::limited, Range::full}) {
      int most = 0;
      for (int luma = 0; luma < 256; luma += 3) {
        for (int u = 0; u < 256; u += 5) {
          for (int v = 0; v < 256; v += 5) {
            const Colour found = colour(matrix, range, luma, u, v);
            const Colour expected = byTheStandard(matrix, range, luma, u, v);
            for (std::size_t i = 0; i < 3; ++i) most = std::max(most, std::abs(found[i] - expected[i]));
          }
        }
      }
      EXPECT_LE(most, 1);
    }
  }
}

TEST(Nv12, TakesEachPixelsOwnBlockOfChroma) {
  // Three by three, rows of luma 5 bytes apart and rows of chroma 7: the last pairs are of half blocks.
  const Nv12Layout layout{5, 20, 7, Matrix::bt709, Range::full};
  EXPECT_EQ(nv12Bytes(layout, 3, 3), 31U);
  std::vector<std::uint8_t> frame(31, 0);
  for (std::size_t i = 0; i < frame.size(); ++i) frame[i] = static_cast<std::uint8_t>(i * 37 + 11);
  std::vector<std::uint8_t> pixels(27);
  nv12ToRgb(layout, frame.data(), 3, 3, pixels.data());
  for (std::size_t y = 0; y < 3; ++y) {
    for (std::size_t x = 0; x < 3; ++x) {
      const std::size_t pair = 20 + y / 2 * 7 + x / 2 * 2;
      const Colour expected =
          colour(Matrix::bt709, Range::full, frame[y * 5 + x], frame[pair], frame[pair + 1]);
      for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(pixels[(y * 3 + x) * 3 + i], expected.at(i));
    }
  }
}

TEST(Nv12, RefusesRowsAndPlanesThatOverlap) {
  const auto bytes = [](const Nv12Layout& layout) { return nv12Bytes(layout, 5, 3); };
  EXPECT_EQ(bytes({5, 15, 6}), 27U);
  EXPECT_THROW(bytes({4, 15, 6}), Error);
  EXPECT_THROW(bytes({5, 14, 6}), Error);
  EXPECT_THROW(bytes({5, 15, 5}), Error);
}

}  // namespace
}  // namespace edge::gpu_image
