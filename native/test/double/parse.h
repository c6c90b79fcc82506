#pragma once

#include <string>

#include "objects.h"

namespace edge::tflite_double {

/// Reads a model's line of text; see tflite_double.cc.
/// @returns null, after a report, for what is not a model.
tflite::abi::Model* parseModel(const std::string& content, const Reporter& reporter);

}  // namespace edge::tflite_double
