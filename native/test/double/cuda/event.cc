// Events.
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "stream.h"

namespace edge::cuda_double {
namespace {

using Clock = std::chrono::steady_clock;

/// What an event's last record stands for.
struct Mark {
  std::mutex mutex;
  std::condition_variable reached;
  bool done = false;
  Clock::time_point time;

  void reach() {
    {
      const std::scoped_lock lock(mutex);
      done = true;
      time = Clock::now();
    }
    reached.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex);
    reached.wait(lock, [&] { return done; });
  }
  bool isDone() {
    const std::scoped_lock lock(mutex);
    return done;
  }
};

}  // namespace
}  // namespace edge::cuda_double

namespace edge::cuda::abi {

struct CUevent_st {
  std::mutex mutex;
  unsigned flags = 0;
  std::shared_ptr<cuda_double::Mark> last;
  /// The stream whose capture it was recorded in, if that was the last place.
  Stream captured = nullptr;
};

}  // namespace edge::cuda::abi

namespace edge::cuda_double {
namespace {

/// What an event marks, unless it marks captured work, which has no time of its own.
abi::Result markOf(abi::Event event, std::shared_ptr<Mark>& mark) {
  const std::shared_ptr<abi::CUevent_st> object = State::instance().get(Kind::event, event);
  const std::scoped_lock lock(object->mutex);
  if (object->captured != nullptr) {
    static_cast<void>(invalidateCapture());
    return abi::kCapturedEvent;
  }
  mark = object->last;
  return abi::kSuccess;
}

}  // namespace
}  // namespace edge::cuda_double

using namespace edge::cuda_double;  // NOLINT(google-build-using-namespace): the exports are the file's
                                    // purpose

extern "C" {

abi::Result cuEventCreate(abi::Event* event, unsigned flags) {
  const Entered entered = enter("cuEventCreate", Needs::context, std::to_string(flags));
  if (entered.fails()) return entered.result;
  auto object = std::make_shared<abi::CUevent_st>();
  object->flags = flags;
  *event = State::instance().add(Kind::event, std::move(object));
  return abi::kSuccess;
}

abi::Result cuEventDestroy_v2(abi::Event event) {
  const Entered entered = enter("cuEventDestroy_v2", Needs::context, text(event));
  if (!entered.refuses()) State::instance().take(Kind::event, event);
  return entered.result;
}

abi::Result cuEventRecord(abi::Event event, abi::Stream stream) {
  const Entered entered = enter("cuEventRecord", Needs::context, text(event) + ", " + text(stream));
  if (entered.fails()) return entered.result;
  const std::shared_ptr<abi::CUevent_st> object = State::instance().get(Kind::event, event);
  const std::shared_ptr<abi::CUstream_st> target = streamOf(stream);
  const bool captures = target->captureStatus() != abi::CaptureStatus::none;
  auto mark = std::make_shared<Mark>();
  {
    const std::scoped_lock lock(object->mutex);
    object->captured = captures ? stream : nullptr;
    object->last = captures ? nullptr : mark;
  }
  return target->put(captures ? Operation([] {}) : Operation([mark] { mark->reach(); }));
}

abi::Result cuEventQuery(abi::Event event) {
  const Entered entered = enter("cuEventQuery", Needs::quiet, text(event));
  if (entered.fails()) return entered.result;
  std::shared_ptr<Mark> mark;
  const abi::Result result = markOf(event, mark);
  if (result != abi::kSuccess) return result;
  return mark == nullptr || mark->isDone() ? abi::kSuccess : abi::kNotReady;
}

abi::Result cuEventSynchronize(abi::Event event) {
  const Entered entered = enter("cuEventSynchronize", Needs::quiet, text(event));
  if (entered.fails()) return entered.result;
  std::shared_ptr<Mark> mark;
  const abi::Result result = markOf(event, mark);
  if (result == abi::kSuccess && mark != nullptr) mark->wait();
  return result;
}

abi::Result cuStreamWaitEvent(abi::Stream stream, abi::Event event, unsigned flags) {
  const Entered entered = enter("cuStreamWaitEvent", Needs::context, text(stream) + ", " + text(event));
  if (entered.fails()) return entered.result;
  if (flags != 0) return abi::kInvalidValue;
  const std::shared_ptr<abi::CUevent_st> object = State::instance().get(Kind::event, event);
  const std::shared_ptr<abi::CUstream_st> target = streamOf(stream);
  std::shared_ptr<Mark> mark;
  {
    const std::scoped_lock lock(object->mutex);
    // A capture over several streams is more than the double has.
    const bool captures = target->captureStatus() != abi::CaptureStatus::none;
    if (captures != (object->captured != nullptr) || (captures && object->captured != stream)) {
      static_cast<void>(invalidateCapture());
      return abi::kCaptureIsolation;
    }
    mark = object->last;
  }
  if (mark == nullptr) return abi::kSuccess;
  return target->put([mark] { mark->wait(); });
}

abi::Result cuEventElapsedTime(float* ms, abi::Event start, abi::Event end) {
  const Entered entered = enter("cuEventElapsedTime", Needs::context, text(start) + ", " + text(end));
  if (entered.fails()) return entered.result;
  std::shared_ptr<Mark> first;
  std::shared_ptr<Mark> last;
  for (const auto& [event, mark] : {std::pair{start, &first}, std::pair{end, &last}}) {
    const abi::Result result = markOf(event, *mark);
    if (result != abi::kSuccess) return result;
    const unsigned flags = State::instance().get(Kind::event, event)->flags;
    if ((flags & abi::kEventDisableTiming) != 0 || *mark == nullptr) return abi::kInvalidHandle;
    if (!(*mark)->isDone()) return abi::kNotReady;
  }
  *ms = std::chrono::duration<float, std::milli>(last->time - first->time).count();
  return abi::kSuccess;
}
}
