#include "image/rough_weights.h"

#include <algorithm>
#include <cstdlib>

namespace edge::image {
namespace {

std::int32_t dividedUp(std::int64_t value, std::int32_t unit) {
  return static_cast<std::int32_t>((value + unit - 1) / unit);
}

/// How many bits the largest of `count` weights has too many.
int surplusBits(const Weights& weights, std::size_t begin, std::size_t count) {
  constexpr std::int32_t kMost = 32767;
  std::int32_t largest = 0;
  for (std::size_t place = begin; place < begin + count; ++place) {
    largest = std::max(largest, std::abs(weightAt(weights, place)));
  }
  int bits = 0;
  for (std::int32_t unit = 1; dividedToNearest(largest, unit) > kMost; unit *= 2) ++bits;
  return bits;
}

}  // namespace

RoughWeights roughly(const Weights& weights) {
  // Pixels are 0 to 255: a sum is furthest off where they are 255 for all weights that are off on one side,
  // and 0 for the others.
  constexpr std::int64_t kLargestPixel = 255;
  RoughWeights result;
  const std::size_t count = weights.high.size();
  result.sums.reserve(weights.first.size());
  result.weights.reserve(count);
  result.rests.reserve(count);
  for (std::size_t begin = 0; begin < count; begin += weights.taps) {
    RoughWeights::Sum sum;
    sum.leftOutBits = surplusBits(weights, begin, weights.taps);
    const auto unit = static_cast<std::int32_t>(1U << static_cast<unsigned>(sum.leftOutBits));
    std::int64_t above = 0;
    std::int64_t below = 0;
    for (std::size_t tap = 0; tap < weights.taps; ++tap) {
      const std::int32_t exact = weightAt(weights, begin + tap);
      const std::int32_t rough = dividedToNearest(exact, unit);
      const std::int32_t rest = exact - rough * unit;
      (rest < 0 ? above : below) += kLargestPixel * std::abs(rest);
      result.weights.push_back(static_cast<std::int16_t>(rough));
      result.rests.push_back(static_cast<std::int16_t>(rest));
    }
    sum.above = dividedUp(above, unit);
    sum.below = dividedUp(below, unit);
    result.sums.push_back(sum);
  }
  return result;
}

}  // namespace edge::image
