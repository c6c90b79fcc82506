#pragma once

#include "config.h"

namespace edge::tensorrt_double {

#if NV_TENSORRT_MAJOR < 11
/// Asks a calibrator for all of its batches, or for what an earlier calibration found, and sets the plan's
/// ranges.
/// @returns whether it worked; if not, the log says why.
bool calibrate(Plan& plan, const BuilderConfig& config);
#endif

}  // namespace edge::tensorrt_double
