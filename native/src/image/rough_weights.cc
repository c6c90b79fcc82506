#include "image/rough_weights.h"

#include <algorithm>
#include <cstdlib>

namespace edge::image {
namespace {

std::int32_t largestOf(const Weights& weights) {
  std::int32_t largest = 0;
  for (std::size_t place = 0; place < weights.high.size(); ++place) {
    largest = std::max(largest, std::abs(weightAt(weights, place)));
  }
  return largest;
}

std::int32_t dividedUp(std::int64_t value, std::int32_t unit) {
  return static_cast<std::int32_t>((value + unit - 1) / unit);
}

}  // namespace

RoughWeights roughly(const Weights& weights) {
  constexpr std::int32_t kMost = 32767;
  // Pixels are 0 to 255: a sum is furthest off where they are 255 for all weights that are off on one side,
  // and 0 for the others.
  constexpr std::int64_t kLargestPixel = 255;
  RoughWeights result;
  result.precision = kPrecision;
  std::int32_t unit = 1;
  for (const std::int32_t largest = largestOf(weights); dividedToNearest(largest, unit) > kMost; unit *= 2) {
    --result.precision;
  }
  const std::size_t count = weights.high.size();
  result.weights.reserve(count);
  for (std::size_t begin = 0; begin < count; begin += weights.taps) {
    std::int64_t above = 0;
    std::int64_t below = 0;
    for (std::size_t tap = 0; tap < weights.taps; ++tap) {
      const std::int32_t exact = weightAt(weights, begin + tap);
      const std::int32_t rough = dividedToNearest(exact, unit);
      const std::int32_t off = rough * unit - exact;
      (off > 0 ? above : below) += kLargestPixel * std::abs(off);
      result.weights.push_back(static_cast<std::int16_t>(rough));
    }
    result.above.push_back(dividedUp(above, unit));
    result.below.push_back(dividedUp(below, unit));
  }
  return result;
}

}  // namespace edge::image
