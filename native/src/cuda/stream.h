#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/context.h"

namespace edge::cuda {

class Event;

/// A queue of work for the GPU: what is put on it runs in order, while the caller goes on.
///
/// Non-blocking in CUDA's sense: it does not wait for the default stream, which other users of the process
/// may use. One thread at a time. All but making and destroying it: in a ContextScope. Memory that is copied
/// must live, and page-locked memory be left alone, until the stream was synchronized.
class Stream {
 public:
  /// @throws Error DEVICE_FAILED, OUT_OF_MEMORY.
  explicit Stream(SharedContext context);
  /// What is still on it runs to its end.
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  const SharedContext& context() const noexcept { return context_; }
  abi::Stream handle() const noexcept { return handle_; }

  // Each @throws Error DEVICE_FAILED, also for what went wrong in work that was put on the stream before.

  void copyToDevice(abi::DevicePointer to, const void* from, std::size_t bytes);
  void copyToHost(void* to, abi::DevicePointer from, std::size_t bytes);
  void copyOnDevice(abi::DevicePointer to, abi::DevicePointer from, std::size_t bytes);
  void fill(abi::DevicePointer to, std::uint8_t value, std::size_t bytes);
  /// What is put on the stream later waits for what the event marks.
  void wait(const Event& event);

  /// Whether everything on it is done.
  bool idle() const;
  /// Waits until everything on it is done. The driver chooses how: where there are processors to spare, it
  /// asks again and again, which is fastest and keeps one of them busy.
  void synchronize();

 private:
  SharedContext context_;
  abi::Stream handle_ = nullptr;
};

/// Whether an event tells times.
enum class Timing : std::uint8_t { off, on };

/// How a thread waits for an event.
enum class Waiting : std::uint8_t {
  /// As the driver chooses: fastest, and may keep a processor busy.
  fast,
  /// Asleep: some tens of microseconds slower, and leaves the processor to others.
  asleep,
};

/// A mark on a stream. All but making and destroying it: in a ContextScope.
class Event {
 public:
  /// @throws Error DEVICE_FAILED, OUT_OF_MEMORY.
  Event(SharedContext context, Timing timing, Waiting waiting);
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  abi::Event handle() const noexcept { return handle_; }

  // Each @throws Error DEVICE_FAILED.

  /// Marks what is on the stream now; what it marked before is forgotten.
  void record(const Stream& stream);
  /// Whether what it marks is done.
  bool done() const;
  void synchronize() const;

 private:
  SharedContext context_;
  abi::Event handle_ = nullptr;
};

/// The GPU's time between two events, both done and both with timing.
/// @throws Error DEVICE_FAILED.
float elapsedMs(const PrimaryContext& context, const Event& start, const Event& end);

}  // namespace edge::cuda
