#pragma once

#include "tensorrt/impl/engine_parts.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// What Engine::refit does.
/// @throws Error INVALID_ARGUMENT where the engine was not built for it; MODEL_INVALID, MODEL_UNSUPPORTED
/// with what the parser says; ENGINE_INCOMPATIBLE with the weights that the model does not have.
void refit(const EntryPoints& entryPoints, EngineParts& parts, const OnnxContent& model);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
