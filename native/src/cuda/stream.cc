#include "cuda/stream.h"

#include <utility>

namespace edge::cuda {

Stream::Stream(SharedContext context) : context_(std::move(context)) {
  const ContextScope scope(*context_);
  const Driver& driver = context_->driver();
  driver.check(driver.StreamCreate(&handle_, abi::kStreamNonBlocking), "cuStreamCreate");
}

Stream::~Stream() {
  const ContextScope scope(*context_, std::nothrow);
  if (scope) static_cast<void>(context_->driver().StreamDestroy(handle_));
}

void Stream::copyToDevice(abi::DevicePointer to, const void* from, std::size_t bytes) {
  const Driver& driver = context_->driver();
  driver.check(driver.MemcpyHtoDAsync(to, from, bytes, handle_), "cuMemcpyHtoDAsync");
}

void Stream::copyToHost(void* to, abi::DevicePointer from, std::size_t bytes) {
  const Driver& driver = context_->driver();
  driver.check(driver.MemcpyDtoHAsync(to, from, bytes, handle_), "cuMemcpyDtoHAsync");
}

void Stream::copyOnDevice(abi::DevicePointer to, abi::DevicePointer from, std::size_t bytes) {
  const Driver& driver = context_->driver();
  driver.check(driver.MemcpyDtoDAsync(to, from, bytes, handle_), "cuMemcpyDtoDAsync");
}

void Stream::fill(abi::DevicePointer to, std::uint8_t value, std::size_t bytes) {
  const Driver& driver = context_->driver();
  driver.check(driver.MemsetD8Async(to, value, bytes, handle_), "cuMemsetD8Async");
}

void Stream::wait(const Event& event) {
  const Driver& driver = context_->driver();
  driver.check(driver.StreamWaitEvent(handle_, event.handle(), 0), "cuStreamWaitEvent");
}

bool Stream::idle() const {
  const Driver& driver = context_->driver();
  const abi::Result result = driver.StreamQuery(handle_);
  if (result == abi::kNotReady) return false;
  driver.check(result, "cuStreamQuery");
  return true;
}

void Stream::synchronize() {
  const Driver& driver = context_->driver();
  driver.check(driver.StreamSynchronize(handle_), "cuStreamSynchronize");
}

Event::Event(SharedContext context, Timing timing, Waiting waiting) : context_(std::move(context)) {
  const ContextScope scope(*context_);
  const Driver& driver = context_->driver();
  const unsigned flags = (timing == Timing::off ? abi::kEventDisableTiming : 0U) |
                         (waiting == Waiting::asleep ? abi::kEventBlockingSync : 0U);
  driver.check(driver.EventCreate(&handle_, flags), "cuEventCreate");
}

Event::~Event() {
  const ContextScope scope(*context_, std::nothrow);
  if (scope) static_cast<void>(context_->driver().EventDestroy(handle_));
}

void Event::record(const Stream& stream) {
  const Driver& driver = context_->driver();
  driver.check(driver.EventRecord(handle_, stream.handle()), "cuEventRecord");
}

bool Event::done() const {
  const Driver& driver = context_->driver();
  const abi::Result result = driver.EventQuery(handle_);
  if (result == abi::kNotReady) return false;
  driver.check(result, "cuEventQuery");
  return true;
}

void Event::synchronize() const {
  const Driver& driver = context_->driver();
  driver.check(driver.EventSynchronize(handle_), "cuEventSynchronize");
}

float elapsedMs(const PrimaryContext& context, const Event& start, const Event& end) {
  const Driver& driver = context.driver();
  float ms = 0;
  driver.check(driver.EventElapsedTime(&ms, start.handle(), end.handle()), "cuEventElapsedTime");
  return ms;
}

}  // namespace edge::cuda
