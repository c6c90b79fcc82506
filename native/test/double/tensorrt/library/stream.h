#pragma once

#include <NvInfer.h>

namespace edge::tensorrt_double {

/// Runs a function when the stream comes to it, by the driver library that the process has loaded; at once
/// where there is none.
/// @returns whether it was accepted.
bool launch(cudaStream_t stream, void (*function)(void*), void* argument);
/// Waits for all that is on the stream.
bool synchronize(cudaStream_t stream);
/// Whether what is put on the stream is recorded, and runs with a graph later.
bool isCapturing(cudaStream_t stream);

}  // namespace edge::tensorrt_double
