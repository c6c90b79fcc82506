#pragma once

#include <string>

#include "core/tensor_desc.h"
#include "tflite/library.h"

namespace edge::tflite {

/// Reads what the library knows of a tensor.
///
/// `copied` is set where the tensor cannot lie in memory of ours: a constant, or one whose size only a run
/// tells.
/// @param label what to call the tensor in messages: "input 0".
/// @throws Error MODEL_INVALID if there is no tensor, MODEL_UNSUPPORTED for a type that JavaScript cannot
/// hold.
TensorDesc describe(const Library& library, const abi::Tensor* tensor, const std::string& label);

/// The same of an output, after allocation.
///
/// Operators behind one of dynamic size are planned in the middle of a run. Until then their outputs look
/// like any other, but for having no memory: bound to a buffer of the size that they seem to have, they would
/// be written past its end.
TensorDesc describeOutput(const Library& library, const abi::Tensor* tensor, const std::string& label);

/// The tensor's dimensions now, outermost first.
std::vector<std::int64_t> shapeOf(const Library& library, const abi::Tensor* tensor);

}  // namespace edge::tflite
