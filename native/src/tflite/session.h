#pragma once

#include <memory>
#include <vector>

#include "core/session.h"
#include "tflite/model.h"
#include "tflite/settings.h"

namespace edge::tflite {

/// Loads a model into a session.
/// @throws what Library::load, Model and Interpreter throw.
std::unique_ptr<edge::Session> openSession(const std::vector<LibraryCandidate>& libraries,
                                           ModelContent content, InterpreterSettings settings);

}  // namespace edge::tflite
