#pragma once

#include <memory>

#include "cuda/stream.h"

namespace edge::cuda {

/// Work that was recorded once and is launched as a whole. The memory it reads and writes must live as long.
class GraphExecutable {
 public:
  /// Takes the recorded work, which the caller still owns.
  /// @throws Error DEVICE_FAILED, OUT_OF_MEMORY.
  GraphExecutable(SharedContext context, abi::Graph graph);
  ~GraphExecutable();
  GraphExecutable(const GraphExecutable&) = delete;
  GraphExecutable& operator=(const GraphExecutable&) = delete;

  /// Puts it on a stream. In a ContextScope.
  /// @throws Error DEVICE_FAILED.
  void launch(const Stream& stream) const;

 private:
  SharedContext context_;
  abi::GraphExec handle_ = nullptr;
};

/// Records what this thread puts on a stream instead of running it.
///
/// Capture is thread-local: other threads, and other users of the process, may meanwhile allocate and free.
/// This thread may not, nor may it wait for the stream: the driver refuses that, and the whole recording with
/// it. What is not finished is dropped, and the stream is as it was.
class GraphCapture {
 public:
  /// In a ContextScope, as is all of it; ended on the same thread.
  /// @throws Error DEVICE_FAILED.
  explicit GraphCapture(const Stream& stream);
  ~GraphCapture();
  GraphCapture(const GraphCapture&) = delete;
  GraphCapture& operator=(const GraphCapture&) = delete;

  /// Ends it.
  /// @throws Error DEVICE_FAILED with the driver's reason, where something that was recorded cannot be; the
  /// stream is usable.
  std::unique_ptr<GraphExecutable> finish();

 private:
  const Stream& stream_;
  bool recording_ = true;
};

}  // namespace edge::cuda
