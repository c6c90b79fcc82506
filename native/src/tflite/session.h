#pragma once

#include <memory>

#include "core/session.h"
#include "tflite/interpreter.h"

namespace edge::tflite {

/// Loads a model into a session.
/// @throws what Library::load and Interpreter throw.
std::unique_ptr<edge::Session> openSession(const std::vector<LibraryCandidate>& libraries,
                                           ModelContent content, const InterpreterSettings& settings);

}  // namespace edge::tflite
