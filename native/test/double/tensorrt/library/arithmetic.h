#pragma once

#include <map>
#include <vector>

#include "graph.h"

namespace edge::tensorrt_double {

struct Value {
  Shape shape;
  std::vector<double> elements;
};

/// Computes all tensors of a plan.
/// @param values the inputs, by index of tensor; the others are added.
/// @throws std::runtime_error where shapes do not fit.
void compute(const Plan& plan, std::map<std::int32_t, Value>& values);

}  // namespace edge::tensorrt_double
