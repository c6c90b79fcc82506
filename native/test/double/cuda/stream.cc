// Streams, and what is put on them.
#include "stream.h"

#include <chrono>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace edge::cuda_double {
namespace {

bool& hostFunctionRuns() {
  thread_local bool runs = false;
  return runs;
}

/// The stream by which this thread captures, or null.
std::weak_ptr<abi::CUstream_st>& capturing() {
  thread_local std::weak_ptr<abi::CUstream_st> stream;
  return stream;
}

abi::Result put(abi::Stream stream, Operation operation) {
  return streamOf(stream)->put(std::move(operation));
}

using Bytes = std::vector<unsigned char>;

}  // namespace

bool inHostFunction() {
  return hostFunctionRuns();
}

std::shared_ptr<abi::CUstream_st> streamOf(abi::Stream handle) {
  static std::shared_ptr<abi::CUstream_st>& standard =
      *new std::shared_ptr<abi::CUstream_st>(std::make_shared<abi::CUstream_st>());  // NOLINT: immortal
  if (handle == nullptr) return standard;
  return State::instance().get(Kind::stream, handle);
}

bool invalidateCapture() {
  const std::shared_ptr<abi::CUstream_st> stream = capturing().lock();
  return stream != nullptr && stream->invalidate();
}

}  // namespace edge::cuda_double

namespace edge::cuda::abi {

CUstream_st::~CUstream_st() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (worker_.joinable()) worker_.join();
}

Result CUstream_st::put(cuda_double::Operation operation) {
  const cuda_double::Settings settings = cuda_double::State::instance().settings();
  {
    const std::scoped_lock lock(mutex_);
    if (status_ == CaptureStatus::invalidated) return kCaptureInvalidated;
    if (status_ == CaptureStatus::active) {
      captured_.push_back(std::move(operation));
      return kSuccess;
    }
  }
  if (settings.synchronous) {
    drain();
    operation();
    return kSuccess;
  }
  {
    const std::scoped_lock lock(mutex_);
    queue_.emplace_back([operation = std::move(operation), delay = settings.delayUs] {
      if (delay > 0) std::this_thread::sleep_for(std::chrono::microseconds(delay));
      operation();
    });
    if (!worker_.joinable()) worker_ = std::thread([this] { work(); });
  }
  wake_.notify_all();
  return kSuccess;
}

void CUstream_st::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    cuda_double::Operation operation = std::move(queue_.front());
    queue_.pop_front();
    working_ = true;
    lock.unlock();
    operation();
    // What it holds ends before anybody hears that it is done.
    operation = nullptr;
    lock.lock();
    working_ = false;
    done_.notify_all();
  }
}

void CUstream_st::drain() {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [&] { return queue_.empty() && !working_; });
}

bool CUstream_st::isIdle() {
  const std::scoped_lock lock(mutex_);
  return queue_.empty() && !working_;
}

Result CUstream_st::beginCapture() {
  const std::scoped_lock lock(mutex_);
  if (status_ != CaptureStatus::none) return kIllegalState;
  status_ = CaptureStatus::active;
  capturer_ = std::this_thread::get_id();
  return kSuccess;
}

Result CUstream_st::endCapture(cuda_double::Operations& captured) {
  const std::scoped_lock lock(mutex_);
  if (status_ == CaptureStatus::none) return kIllegalState;
  if (capturer_ != std::this_thread::get_id()) return kCaptureWrongThread;
  const Result result = status_ == CaptureStatus::active ? kSuccess : kCaptureInvalidated;
  status_ = CaptureStatus::none;
  captured = std::move(captured_);
  captured_.clear();
  return result;
}

CaptureStatus CUstream_st::captureStatus() {
  const std::scoped_lock lock(mutex_);
  return status_;
}

bool CUstream_st::invalidate() {
  const std::scoped_lock lock(mutex_);
  if (status_ == CaptureStatus::none || capturer_ != std::this_thread::get_id()) return false;
  status_ = CaptureStatus::invalidated;
  return true;
}

}  // namespace edge::cuda::abi

using namespace edge::cuda_double;  // NOLINT(google-build-using-namespace): the exports are the file's
                                    // purpose

extern "C" {

abi::Result cuStreamCreate(abi::Stream* stream, unsigned flags) {
  const Entered entered = enter("cuStreamCreate", Needs::context, std::to_string(flags));
  if (entered.fails()) return entered.result;
  *stream = State::instance().add(Kind::stream, std::make_shared<abi::CUstream_st>());
  return abi::kSuccess;
}

abi::Result cuStreamDestroy_v2(abi::Stream stream) {
  const Entered entered = enter("cuStreamDestroy_v2", Needs::context, text(stream));
  if (!entered.refuses()) State::instance().take(Kind::stream, stream);
  return entered.result;
}

abi::Result cuStreamSynchronize(abi::Stream stream) {
  const Entered entered = enter("cuStreamSynchronize", Needs::quiet, text(stream));
  if (entered.fails()) return entered.result;
  streamOf(stream)->drain();
  return abi::kSuccess;
}

abi::Result cuStreamQuery(abi::Stream stream) {
  const Entered entered = enter("cuStreamQuery", Needs::quiet, text(stream));
  if (entered.fails()) return entered.result;
  return streamOf(stream)->isIdle() ? abi::kSuccess : abi::kNotReady;
}

abi::Result cuStreamBeginCapture_v2(abi::Stream stream, abi::CaptureMode mode) {
  const Entered entered = enter("cuStreamBeginCapture_v2", Needs::context,
                                text(stream) + ", " + std::to_string(static_cast<int>(mode)));
  if (entered.fails()) return entered.result;
  if (stream == nullptr) return abi::kCaptureUnsupported;
  const std::shared_ptr<abi::CUstream_st> object = streamOf(stream);
  const abi::Result result = object->beginCapture();
  if (result == abi::kSuccess) capturing() = object;
  return result;
}

abi::Result cuStreamEndCapture(abi::Stream stream, abi::Graph* graph) {
  const Entered entered = enter("cuStreamEndCapture", Needs::context, text(stream));
  if (entered.refuses()) return entered.result;
  *graph = nullptr;
  Operations captured;
  const abi::Result result = streamOf(stream)->endCapture(captured);
  if (result != abi::kCaptureWrongThread) capturing().reset();
  if (entered.fails() || result != abi::kSuccess) return entered.fails() ? entered.result : result;
  auto object = std::make_shared<abi::CUgraph_st>();
  object->operations = std::move(captured);
  *graph = State::instance().add(Kind::graph, std::move(object));
  return abi::kSuccess;
}

abi::Result cuStreamIsCapturing(abi::Stream stream, abi::CaptureStatus* status) {
  const Entered entered = enter("cuStreamIsCapturing", Needs::context, text(stream));
  if (!entered.fails()) *status = streamOf(stream)->captureStatus();
  return entered.result;
}

abi::Result cuLaunchHostFunc(abi::Stream stream, abi::HostFunction function, void* user) {
  const Entered entered = enter("cuLaunchHostFunc", Needs::context, text(stream));
  if (entered.fails()) return entered.result;
  return put(stream, [function, user] {
    hostFunctionRuns() = true;
    function(user);
    hostFunctionRuns() = false;
  });
}

abi::Result cuMemcpyHtoDAsync_v2(abi::DevicePointer to, const void* from, std::size_t bytes,
                                 abi::Stream stream) {
  const char* const call = "cuMemcpyHtoDAsync";
  const Entered entered = enter("cuMemcpyHtoDAsync_v2", Needs::context,
                                text(to) + ", " + text(from) + ", " + std::to_string(bytes));
  if (entered.fails()) return entered.result;
  if (bytes == 0) return abi::kSuccess;
  requireReachable(call, to, bytes);
  if (isPageLocked(call, from, bytes)) {
    return put(stream, [=] {
      requireReachable(call, to, bytes);
      static_cast<void>(isPageLocked(call, from, bytes));
      std::memcpy(abi::toPointer(to), from, bytes);
    });
  }
  // Pageable memory is read before the call returns, and cannot be captured.
  if (streamOf(stream)->captureStatus() != abi::CaptureStatus::none) {
    invalidateCapture();
    return abi::kCaptureUnsupported;
  }
  const auto* const first = static_cast<const unsigned char*>(from);
  return put(stream, [=, copy = Bytes(first, first + bytes)] {
    requireReachable(call, to, bytes);
    std::memcpy(abi::toPointer(to), copy.data(), bytes);
  });
}

abi::Result cuMemcpyDtoHAsync_v2(void* to, abi::DevicePointer from, std::size_t bytes, abi::Stream stream) {
  const char* const call = "cuMemcpyDtoHAsync";
  const Entered entered = enter("cuMemcpyDtoHAsync_v2", Needs::context,
                                text(to) + ", " + text(from) + ", " + std::to_string(bytes));
  if (entered.fails()) return entered.result;
  if (bytes == 0) return abi::kSuccess;
  requireReachable(call, from, bytes);
  const bool pageLocked = isPageLocked(call, to, bytes);
  // Pageable memory is written before the call returns, and cannot be captured.
  if (!pageLocked && streamOf(stream)->captureStatus() != abi::CaptureStatus::none) {
    invalidateCapture();
    return abi::kCaptureUnsupported;
  }
  const abi::Result result = put(stream, [=] {
    requireReachable(call, from, bytes);
    if (pageLocked) static_cast<void>(isPageLocked(call, to, bytes));
    std::memcpy(to, abi::toPointer(from), bytes);
  });
  if (!pageLocked) streamOf(stream)->drain();
  return result;
}

abi::Result cuMemcpyDtoDAsync_v2(abi::DevicePointer to, abi::DevicePointer from, std::size_t bytes,
                                 abi::Stream stream) {
  const char* const call = "cuMemcpyDtoDAsync";
  const Entered entered = enter("cuMemcpyDtoDAsync_v2", Needs::context,
                                text(to) + ", " + text(from) + ", " + std::to_string(bytes));
  if (entered.fails()) return entered.result;
  if (bytes == 0) return abi::kSuccess;
  requireReachable(call, to, bytes);
  requireReachable(call, from, bytes);
  return put(stream, [=] {
    requireReachable(call, to, bytes);
    requireReachable(call, from, bytes);
    std::memmove(abi::toPointer(to), abi::toPointer(from), bytes);
  });
}

abi::Result cuMemsetD8Async(abi::DevicePointer to, unsigned char value, std::size_t bytes,
                            abi::Stream stream) {
  const char* const call = "cuMemsetD8Async";
  const Entered entered =
      enter(call, Needs::context, text(to) + ", " + std::to_string(value) + ", " + std::to_string(bytes));
  if (entered.fails()) return entered.result;
  if (bytes == 0) return abi::kSuccess;
  requireReachable(call, to, bytes);
  return put(stream, [=] {
    requireReachable(call, to, bytes);
    std::memset(abi::toPointer(to), value, bytes);
  });
}
}
