#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "state.h"

namespace edge::cuda_double {

/// A piece of a stream's or a graph's work.
using Operation = std::function<void()>;
using Operations = std::vector<Operation>;

}  // namespace edge::cuda_double

namespace edge::cuda::abi {

/// A queue with a thread of its own.
struct CUstream_st {
  CUstream_st() = default;
  /// Runs what is left.
  ~CUstream_st();
  CUstream_st(const CUstream_st&) = delete;
  CUstream_st& operator=(const CUstream_st&) = delete;

  /// Queues work, or records it where the stream captures.
  /// @returns success, or that the capture was lost.
  Result put(cuda_double::Operation operation);
  void drain();
  bool isIdle();

  Result beginCapture();
  /// @returns success with what was captured, or why there is nothing.
  Result endCapture(cuda_double::Operations& captured);
  CaptureStatus captureStatus();
  /// @returns whether this thread captures by this stream, and, if so, no longer.
  bool invalidate();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::deque<cuda_double::Operation> queue_;
  bool working_ = false;
  bool ending_ = false;
  std::thread worker_;
  CaptureStatus status_ = CaptureStatus::none;
  std::thread::id capturer_;
  cuda_double::Operations captured_;
};

/// Recorded work.
struct CUgraph_st {
  cuda_double::Operations operations;
};

/// The same, to be launched; one launch at a time, as in the driver.
struct CUgraphExec_st {
  cuda_double::Operations operations;
  std::mutex running;
};

}  // namespace edge::cuda::abi

namespace edge::cuda_double {

/// The stream behind a handle: the default stream for null.
std::shared_ptr<abi::CUstream_st> streamOf(abi::Stream handle);

}  // namespace edge::cuda_double
