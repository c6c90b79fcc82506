#include "image/resampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "image/resampler_passes.h"
#include "image/rough_weights.h"

namespace edge::image {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::array<Kernel, 4> kKernels{Kernel::nearest, Kernel::bilinear, Kernel::bicubic, Kernel::lanczos};

/// Exactly as large as the picture, so that AddressSanitizer sees what reads beyond it.
Bytes noise(std::size_t size) {
  Bytes pixels(size);
  std::uint32_t state = 1;
  for (std::uint8_t& pixel : pixels) {
    state = state * 1664525U + 1013904223U;
    pixel = static_cast<std::uint8_t>(state >> 24U);
  }
  return pixels;
}

Axis whole(std::size_t from, std::size_t to) {
  return {from, to, 0, to};
}

Bytes resampled(const Resampling& resampling, const Bytes& source) {
  Bytes target(resampling.rows.count * resampling.columns.count * resampling.channels);
  resample(resampling, source.data(), target.data());
  return target;
}

std::vector<std::int32_t> allOf(const Weights& weights) {
  std::vector<std::int32_t> all(weights.high.size());
  for (std::size_t place = 0; place < all.size(); ++place) all[place] = weightAt(weights, place);
  return all;
}

TEST(Weights, AddUpToOneAndStayWithinTheSource) {
  for (const Kernel kernel : kKernels) {
    for (const bool antialias : {false, true}) {
      for (const std::size_t from : {1U, 2U, 3U, 5U, 6U, 17U, 100U, 4000U, 30000U}) {
        for (const std::size_t to : {1U, 2U, 3U, 7U, 100U, 341U}) {
          const Weights weights = weightsOf(kernel, antialias, whole(from, to));
          ASSERT_EQ(weights.first.size(), to);
          const std::vector<std::int32_t> all = allOf(weights);
          ASSERT_EQ(all.size(), to * weights.taps);
          ASSERT_TRUE(std::is_sorted(weights.first.begin(), weights.first.end()));
          ASSERT_LE(weights.first.back() + weights.taps, from);
          const double one = std::ldexp(1.0, kPrecision);
          for (std::size_t i = 0; i < to; ++i) {
            const auto begin = all.begin() + static_cast<std::ptrdiff_t>(i * weights.taps);
            const auto sum = std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(weights.taps), 0);
            // What 255 becomes is 255, whatever the rounding of the weights.
            ASSERT_LT(std::abs(sum - one) * 255, one / 2)
                << "kernel " << static_cast<int>(kernel) << ", " << from << " to " << to << ", at " << i;
          }
        }
      }
    }
  }
}

TEST(Weights, OfAPartAreThoseOfTheWhole) {
  const Weights all = weightsOf(Kernel::nearest, true, whole(1000, 341));
  const Weights part = weightsOf(Kernel::nearest, true, {1000, 341, 57, 100});
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(part.first[i], all.first[57 + i]);
}

TEST(Weights, AreTheKernelsFormulas) {
  // Centres of a picture twice as wide fall a quarter beside the source's: Keys' cubic with a = -0.5 at 1.75,
  // 0.75, 0.25 and 1.25 is -0.0234375, 0.2265625, 0.8671875 and -0.0703125.
  const Weights cubic = weightsOf(Kernel::bicubic, true, {8, 16, 6, 1});
  const std::vector<std::int32_t> all = allOf(cubic);
  std::vector<double> found(all.size());
  std::transform(all.begin(), all.end(), found.begin(),
                 [](std::int32_t weight) { return std::ldexp(weight, -kPrecision); });
  found.erase(std::remove(found.begin(), found.end(), 0.0), found.end());
  ASSERT_EQ(found.size(), 4U);
  const std::array<double, 4> expected{-0.0234375, 0.2265625, 0.8671875, -0.0703125};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(found[i], expected.at(i), 1e-6);
}

TEST(RoughWeights, AreOffByWhatTheySayAtMost) {
  for (const Kernel kernel : kKernels) {
    for (const std::pair<std::size_t, std::size_t> size :
         {std::pair{7, 16}, {300, 224}, {4000, 224}, {30000, 3}}) {
      const Weights weights = weightsOf(kernel, true, whole(size.first, size.second));
      const RoughWeights rough = roughly(weights);
      for (std::size_t i = 0; i < size.second; ++i) {
        const auto [leftOutBits, mostAbove, mostBelow] = rough.sums[i];
        const double unit = std::ldexp(1.0, leftOutBits);
        // The pixels that are worst for either side.
        double above = 0;
        double below = 0;
        for (std::size_t place = i * weights.taps; place < (i + 1) * weights.taps; ++place) {
          ASSERT_EQ(rough.weights[place] * unit + rough.rests[place], weightAt(weights, place));
          const double off = 255 * rough.rests[place] / unit;
          (off < 0 ? above : below) += std::abs(off);
        }
        ASSERT_LE(above, mostAbove);
        ASSERT_LE(below, mostBelow);
        ASSERT_GT(above + 1, mostAbove);
        ASSERT_GT(below + 1, mostBelow);
        // In grey levels: or nearly every pixel would have to be worked out twice.
        ASSERT_LT((above + below) * unit, 0.03 * std::ldexp(1.0, kPrecision));
      }
    }
  }
}

TEST(Resampler, LeavesAPictureOfTheRightSizeAlone) {
  const Bytes source = noise(std::size_t{7} * 5 * 3);
  for (const Kernel kernel : kKernels) {
    for (const bool antialias : {false, true}) {
      EXPECT_EQ(resampled({3, whole(7, 7), whole(5, 5), kernel, antialias}, source), source);
    }
  }
}

TEST(Resampler, CutsOutWhatItWouldHaveMadeOfTheWhole) {
  constexpr std::size_t kWidth = 61;
  constexpr std::size_t kHeight = 43;
  const Bytes source = noise(kWidth * kHeight * 3);
  for (const Kernel kernel : kKernels) {
    for (const std::pair<std::size_t, std::size_t> to : {std::pair{23, 19}, {61, 19}, {23, 43}, {130, 90}}) {
      const auto [width, height] = to;
      const Bytes all = resampled({3, whole(kWidth, width), whole(kHeight, height), kernel, true}, source);
      // Windows in the middle, and at each edge.
      for (const std::size_t left : {std::size_t{0}, width / 3, width - 5}) {
        for (const std::size_t top : {std::size_t{0}, height / 3, height - 4}) {
          const Bytes part =
              resampled({3, {kWidth, width, left, 5}, {kHeight, height, top, 4}, kernel, true}, source);
          for (std::size_t row = 0; row < 4; ++row) {
            const auto expected = all.begin() + static_cast<std::ptrdiff_t>(((top + row) * width + left) * 3);
            EXPECT_TRUE(
                std::equal(expected, expected + 15, part.begin() + static_cast<std::ptrdiff_t>(row * 15)));
          }
        }
      }
    }
  }
}

TEST(Resampler, MakesOneColourOfOneColour) {
  for (const Kernel kernel : kKernels) {
    for (const unsigned value : {0U, 1U, 128U, 254U, 255U}) {
      const auto colour = static_cast<std::uint8_t>(value);
      const Bytes source(std::size_t{3000} * 3 * 3, colour);
      for (const std::size_t to : {1U, 2U, 700U, 5000U}) {
        const Bytes target = resampled({3, whole(3000, to), whole(3, 2), kernel, true}, source);
        EXPECT_EQ(target, Bytes(to * 2 * 3, colour));
      }
    }
  }
}

TEST(Resampler, EnlargesASinglePixel) {
  for (const Kernel kernel : kKernels) {
    for (const bool antialias : {false, true}) {
      EXPECT_EQ(resampled({4, whole(1, 3), whole(1, 2), kernel, antialias}, {1, 2, 3, 4}),
                (Bytes{1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4}));
    }
  }
}

#if defined(__x86_64__)

/// Each pass by both ways, for every count of channels and many odd sizes.
class Passes : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    if (__builtin_cpu_supports("avx2") == 0) GTEST_SKIP() << "the processor has no AVX2";
  }
};

TEST_P(Passes, GiveTheSameColumns) {
  const std::size_t channels = GetParam();
  for (const std::size_t from : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 16U, 33U, 100U}) {
    for (const std::size_t to : {1U, 2U, 3U, 5U, 16U, 47U}) {
      for (const std::size_t rows : {1U, 2U, 3U, 4U, 5U, 9U, 21U}) {
        const Bytes source = noise(rows * from * channels);
        for (const Kernel kernel : kKernels) {
          const Weights weights = weightsOf(kernel, true, whole(from, to));
          Bytes slow(rows * to * channels);
          Bytes fast(rows * to * channels);
          const auto band = [&](Bytes& target) {
            return passes::Band{rows, source.data(), from * channels, target.data(), to * channels};
          };
          passes::plain().columns(weights, channels, band(slow));
          passes::avx2().columns(weights, channels, band(fast));
          ASSERT_EQ(slow, fast) << from << " to " << to << ", " << rows << " rows";
        }
      }
    }
  }
}

TEST_P(Passes, GiveTheSameWhereRoughWeightsLeaveADoubt) {
  const std::size_t channels = GetParam();
  // A hundred windows of noise and more in each row: in a hundredth of them rough weights do not decide.
  constexpr std::size_t kRows = 13;
  for (const std::pair<std::size_t, std::size_t> size : {std::pair{300, 224}, {1000, 224}, {4000, 341}}) {
    const auto [from, to] = size;
    const Bytes source = noise(kRows * from * channels);
    for (const Kernel kernel : kKernels) {
      const Weights weights = weightsOf(kernel, true, whole(from, to));
      Bytes slow(kRows * to * channels);
      Bytes fast(slow.size());
      passes::plain().columns(weights, channels,
                              {kRows, source.data(), from * channels, slow.data(), to * channels});
      passes::avx2().columns(weights, channels,
                             {kRows, source.data(), from * channels, fast.data(), to * channels});
      ASSERT_EQ(slow, fast) << from << " to " << to;
    }
  }
}

TEST_P(Passes, GiveTheSameRows) {
  const std::size_t channels = GetParam();
  for (const std::size_t width : {1U, 2U, 5U, 6U, 10U, 11U, 12U, 31U, 32U, 33U, 64U, 100U, 171U, 200U}) {
    for (const std::size_t taps : {1U, 2U, 3U, 4U, 5U, 12U, 13U}) {
      const std::size_t length = width * channels;
      const Bytes source = noise(taps * length);
      // Of the second of two rows.
      Weights weights{taps, {0, 0}, {}, {}};
      for (std::size_t place = 0; place < 2 * taps; ++place) {
        weights.high.push_back(
            static_cast<std::int16_t>((place % 3 == 1 ? -600 : 1400) + static_cast<int>(place)));
        weights.low.push_back(static_cast<std::int16_t>(static_cast<int>(place * 37 % 256) - 128));
      }
      Bytes slow(length);
      Bytes fast(length);
      passes::plain().rows(weights, 1, source.data(), length, slow.data());
      passes::avx2().rows(weights, 1, source.data(), length, fast.data());
      ASSERT_EQ(slow, fast) << width << " pixels, " << taps << " taps";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Channels, Passes, testing::Values(1U, 2U, 3U, 4U),
                         [](const auto& channels) { return "of" + std::to_string(channels.param); });

#endif

}  // namespace
}  // namespace edge::image
