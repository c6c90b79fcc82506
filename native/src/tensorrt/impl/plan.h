#pragma once

#include <optional>
#include <string>

#include "tensorrt/impl/log.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Which TensorRT made a serialized engine, from its first bytes; nothing where they do not say.
std::optional<Version> versionOf(const void* plan, std::size_t bytes) noexcept;

/// Why TensorRT did not take a serialized engine: ENGINE_INCOMPATIBLE with what it was made for, as far as it
/// tells, and what is here; MODEL_INVALID where it is none, or damaged; OUT_OF_MEMORY.
Error refusal(const void* plan, std::size_t bytes, bool hostCodeAllowed, const Version& here, Log& log);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
