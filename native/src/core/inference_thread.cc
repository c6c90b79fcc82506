#include "core/inference_thread.h"

#include <pthread.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/thread_registry.h"

namespace edge {

InferenceThread::InferenceThread() {
  ThreadRegistry::instance().add(*this);
  try {
    thread_ = std::thread([this] { loop(); });
  } catch (const std::system_error& error) {
    ThreadRegistry::instance().remove(*this);
    throw Error(ErrorCode::OUT_OF_MEMORY,
                {"a thread for the session could not be started", "", error.what(),
                 "Dispose of sessions that are no longer used, or raise the limit of threads."});
  }
  pthread_setname_np(thread_.native_handle(), "edge-inference");
}

InferenceThread::~InferenceThread() {
  ThreadRegistry::instance().remove(*this);
  stop();
}

bool InferenceThread::submit(std::unique_ptr<Job> job) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return false;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

std::unique_ptr<Job> InferenceThread::withdraw(const Job* job) {
  const std::scoped_lock lock(mutex_);
  const auto place = std::find_if(queue_.begin(), queue_.end(), [job](const std::unique_ptr<Job>& waiting) {
    return waiting.get() == job;
  });
  if (place == queue_.end()) return nullptr;
  std::unique_ptr<Job> withdrawn = std::move(*place);
  queue_.erase(place);
  return withdrawn;
}

void InferenceThread::interruptWith(std::function<void()> interrupt) {
  const std::scoped_lock lock(mutex_);
  interrupt_ = std::move(interrupt);
}

void InferenceThread::stop() noexcept {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    // Under the lock, so that it is not replaced meanwhile. Nothing that it may do comes back here.
    if (interrupt_) interrupt_();
  }
  wake_.notify_one();
  // The environment's clean-up and the process's exit may both come here.
  const std::scoped_lock join(joinMutex_);
  if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
}

void InferenceThread::discard() noexcept {
  std::deque<std::unique_ptr<Job>> discarded;  // destroyed after the lock is released
  const std::scoped_lock lock(mutex_);
  discarded.swap(queue_);
}

void InferenceThread::loop() noexcept {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    std::unique_ptr<Job> job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    Job& work = *job;
    work.execute(std::move(job));
    lock.lock();
  }
}

}  // namespace edge
