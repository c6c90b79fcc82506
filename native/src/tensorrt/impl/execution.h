#pragma once

#include <memory>

#include "tensorrt/impl/engine_parts.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// What Engine::createExecution does. The execution keeps the engine alive.
std::unique_ptr<Execution> makeExecution(std::shared_ptr<EngineParts> parts);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
