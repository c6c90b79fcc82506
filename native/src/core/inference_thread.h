#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "core/live_objects.h"

namespace edge {

/// Something to do on an inference thread.
class Job {
 public:
  virtual ~Job() = default;
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Does the work, and passes itself on: a job holds JavaScript handles, which only the environment's thread
  /// may destroy, so its ownership goes back there instead of ending on the inference thread.
  virtual void execute(std::unique_ptr<Job> self) noexcept = 0;
};

/// One thread with a first-in, first-out queue of jobs.
///
/// One thread, that of a JavaScript environment, submits, withdraws and discards; `stop` may also come from
/// the thread on which the process exits.
class InferenceThread {
 public:
  InferenceThread();
  /// Stops. Queued jobs are destroyed on the calling thread.
  ~InferenceThread();
  InferenceThread(const InferenceThread&) = delete;
  InferenceThread& operator=(const InferenceThread&) = delete;

  /// Queues a job.
  /// @returns false if the thread was stopped; the job is destroyed then.
  bool submit(std::unique_ptr<Job> job);
  /// Takes a job out of the queue.
  /// @returns the job, or null if it was not there: it is at work, or has ended.
  std::unique_ptr<Job> withdraw(const Job* job);
  /// What makes the job at work end early, for jobs that take minutes: called by `stop`, from its thread.
  void interruptWith(std::function<void()> interrupt);
  /// Lets the job at work finish and joins the thread. Jobs that wait stay in the queue. Can be called again.
  void stop() noexcept;
  /// Destroys the jobs that wait.
  void discard() noexcept;

 private:
  void loop() noexcept;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> queue_;
  bool stopping_ = false;
  std::function<void()> interrupt_;
  std::mutex joinMutex_;
  std::thread thread_;
  Counted counted_{liveObjects().threads};
};

}  // namespace edge
