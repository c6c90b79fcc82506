#pragma once

#include <cstdint>
#include <vector>

#include "image/kernel.h"

namespace edge::image {

/// An axis' weights in 16 bits, and how far a sum of them may be from the sum of the weights themselves.
///
/// A multiplication takes one such weight where it takes two parts of an exact one. What the sum is rounded
/// to is nearly always beyond doubt; where it is not, it has to be worked out again.
struct RoughWeights {
  int precision = 0;                  ///< A weight stands for itself over `2^precision`.
  std::vector<std::int16_t> weights;  ///< As many as exact ones, in the same order.
  /// For each value of the result, by how much its sum may be above the exact one, in the same unit.
  std::vector<std::int32_t> above;
  /// By how much it may be below.
  std::vector<std::int32_t> below;
};

RoughWeights roughly(const Weights& weights);

}  // namespace edge::image
