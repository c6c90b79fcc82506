#pragma once

#include <cstdint>

namespace edge::tensorrt {

/// How inputs get to the GPU and outputs back.
enum class Transfer : std::uint8_t {
  /// Mapped on GPUs that share the processor's memory, copied on others.
  automatic,
  /// The GPU reads and writes the processor's memory in place.
  mapped,
  /// By copies on the request's stream, before and after the inference.
  copied,
};

/// How sessions run an engine.
struct RunSettings {
  Transfer transfer = Transfer::automatic;
  /// Whether an inference is recorded once as a CUDA graph and then launched as a whole.
  bool graph = true;
  /// Whether the time of every layer is measured. Runs are slower, and there is no graph.
  bool profileLayers = false;
  /// Whether the thread that waits for the GPU sleeps, rather than ask again and again.
  bool waitAsleep = false;
  /// Whether requests will get pictures to preprocess: the driver compiles the kernels when the session is
  /// opened, and not at the first picture.
  bool pictures = false;
};

}  // namespace edge::tensorrt
