#pragma once

#include <memory>

#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// What Api::start does.
void start(const EntryPoints& entryPoints);

/// What Api::deserialize does. The entry points outlive the engine.
std::unique_ptr<Engine> deserialize(const EntryPoints& entryPoints, const void* plan, std::size_t bytes,
                                    const LoadSettings& settings);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
