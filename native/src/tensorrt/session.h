#pragma once

#include <memory>

#include "core/session.h"
#include "tensorrt/loaded_engine.h"
#include "tensorrt/settings.h"

namespace edge::tensorrt {

/// A session over an engine, which others may share.
///
/// @param library what runs it, for people.
/// @throws Error SHAPE_MISMATCH, OUT_OF_MEMORY, DEVICE_FAILED.
std::unique_ptr<edge::Session> openSession(SharedEngine engine, const RunSettings& settings,
                                           LibraryInfo library);

}  // namespace edge::tensorrt
