#pragma once

#include <cstdint>
#include <vector>

#include "image/kernel.h"

namespace edge::image {

/// An axis' weights in 16 bits, and how far a sum of them may be from the sum of the weights themselves.
///
/// A multiplication takes one such weight where it takes two parts of an exact one. What the sum is rounded
/// to is nearly always beyond doubt; where it is not, the sum of what was left out is added.
struct RoughWeights {
  /// Of one value of the result.
  struct Sum {
    int leftOutBits = 0;     ///< Its weights are over `2^(kPrecision - leftOutBits)`.
    std::int32_t above = 0;  ///< By how much it may be above the exact sum, in the same unit.
    std::int32_t below = 0;  ///< By how much below.
  };
  std::vector<Sum> sums;
  std::vector<std::int16_t> weights;  ///< As many as exact ones, in the same order.
  std::vector<std::int16_t> rests;    ///< `weight × 2^leftOutBits + rest` is the exact one.
};

RoughWeights roughly(const Weights& weights);

}  // namespace edge::image
