#pragma once

#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// What Api::build does.
BuiltEngine build(const EntryPoints& entryPoints, const OnnxContent& model, const BuildSettings& settings,
                  BuildObserver* observer, Calibrator* calibrator);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
