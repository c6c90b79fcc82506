#pragma once

#include <memory>
#include <vector>

#include "core/session.h"
#include "tflite/interpreter.h"

namespace edge::tflite {

/// Refuses shapes that a model was not made for, before any library sees them.
///
/// Delegates take shapes on trust: XNNPACK reads beyond buffers where a picture has fewer channels than a
/// filter. What may change: dimensions that the model leaves open; where it leaves none open, all but the
/// last one of four and more, which holds channels. The number of dimensions stays, but for tensors that are
/// declared without any.
///
/// @throws Error SHAPE_MISMATCH.
void checkResize(const std::vector<TensorDesc>& inputs, const std::vector<InputShape>& shapes);

/// Tries shapes on the built-in kernels, which look at what they are given.
///
/// @param settings with the shapes to try, and the delegates that will run the model.
/// @returns an interpreter that took the shapes, or null where the model does not run without its delegates,
/// so that nothing can be
///   said.
/// @throws Error SHAPE_MISMATCH where they refuse the shapes.
std::unique_ptr<Interpreter> tryOnKernels(const Library& library, const std::shared_ptr<const Model>& model,
                                          const InterpreterSettings& settings);

/// Checks that delegates make outputs of the same shapes as the built-in kernels.
/// @throws Error SHAPE_MISMATCH.
void checkOutputs(const Interpreter& delegated, const Interpreter& builtin);

}  // namespace edge::tflite
