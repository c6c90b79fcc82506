#pragma once

#include <cstdint>
#include <vector>

#include "core/session.h"
#include "tensorrt/api.h"

namespace edge::tensorrt {

/// One shape for each input.
using Shapes = std::vector<std::vector<std::int64_t>>;

/// Bytes of a tensor of a shape without open dimensions.
std::size_t tensorBytes(DType dtype, const std::vector<std::int64_t>& shape);

/// The shapes that an engine's first profile is fastest for; the inputs' own where nothing is open.
Shapes preferredShapes(const Engine& engine);

/// The first profile that allows the shapes.
/// @throws Error SHAPE_MISMATCH, naming the input, with what each profile allows.
int profileFor(const Engine& engine, const Shapes& shapes);

}  // namespace edge::tensorrt
