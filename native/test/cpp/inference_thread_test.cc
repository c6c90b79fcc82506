#include "core/inference_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace edge {
namespace {

/// A gate that a job waits at until the test opens it.
class Gate {
 public:
  void open() {
    {
      const std::scoped_lock lock(mutex_);
      open_ = true;
    }
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

class FunctionJob final : public Job {
 public:
  explicit FunctionJob(std::function<void()> work, std::atomic<int>* destroyed = nullptr)
      : work_(std::move(work)), destroyed_(destroyed) {}
  ~FunctionJob() override {
    if (destroyed_ != nullptr) ++*destroyed_;
  }
  FunctionJob(const FunctionJob&) = delete;
  FunctionJob& operator=(const FunctionJob&) = delete;

  void execute(std::unique_ptr<Job> self) noexcept override {
    work_();
    self.reset();
  }

 private:
  std::function<void()> work_;
  std::atomic<int>* destroyed_;
};

std::unique_ptr<Job> job(std::function<void()> work, std::atomic<int>* destroyed = nullptr) {
  return std::make_unique<FunctionJob>(std::move(work), destroyed);
}

TEST(InferenceThread, ExecutesJobsInOrderOnOneOtherThread) {
  std::vector<int> order;
  std::vector<std::thread::id> threads;
  Gate done;
  InferenceThread thread;
  for (int i = 0; i < 100; ++i) {
    thread.submit(job([&, i] {
      order.push_back(i);
      threads.push_back(std::this_thread::get_id());
    }));
  }
  thread.submit(job([&] { done.open(); }));
  done.wait();
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
    EXPECT_EQ(threads[static_cast<std::size_t>(i)], threads.front());
  }
  EXPECT_NE(threads.front(), std::this_thread::get_id());
}

TEST(InferenceThread, WithdrawsWhatHasNotBegunAndNothingElse) {
  Gate begun;
  Gate release;
  std::atomic<int> executed{0};
  InferenceThread thread;
  auto first = job([&] {
    begun.open();
    release.wait();
    ++executed;
  });
  auto second = job([&] { ++executed; });
  const Job* atWork = first.get();
  const Job* waiting = second.get();
  thread.submit(std::move(first));
  begun.wait();
  thread.submit(std::move(second));
  EXPECT_EQ(thread.withdraw(atWork), nullptr);
  EXPECT_EQ(thread.withdraw(waiting).get(), waiting);
  release.open();
  thread.stop();
  EXPECT_EQ(executed, 1);
}

TEST(InferenceThread, StopFinishesTheJobAtWorkAndKeepsTheOthersForDiscard) {
  Gate begun;
  std::atomic<int> executed{0};
  std::atomic<int> destroyed{0};
  InferenceThread thread;
  thread.submit(job(
      [&] {
        begun.open();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ++executed;
      },
      &destroyed));
  begun.wait();
  thread.submit(job([&] { ++executed; }, &destroyed));
  thread.stop();
  EXPECT_EQ(executed, 1);
  EXPECT_EQ(destroyed, 1);
  thread.discard();
  EXPECT_EQ(destroyed, 2);
  thread.stop();  // once more changes nothing
  EXPECT_EQ(executed, 1);
}

TEST(InferenceThread, RefusesJobsAfterStop) {
  std::atomic<int> destroyed{0};
  InferenceThread thread;
  thread.stop();
  EXPECT_FALSE(thread.submit(job([] {}, &destroyed)));
  EXPECT_EQ(destroyed, 1);
}

TEST(InferenceThread, CanBeStoppedFromTwoThreadsAtOnce) {
  for (int round = 0; round < 50; ++round) {
    InferenceThread thread;
    thread.submit(job([] {}));
    std::thread other([&] { thread.stop(); });
    thread.stop();
    other.join();
  }
}

TEST(InferenceThread, IsCountedWhileItLives) {
  const auto before = liveObjects().threads.load();
  {
    const InferenceThread thread;
    EXPECT_EQ(liveObjects().threads.load(), before + 1);
  }
  EXPECT_EQ(liveObjects().threads.load(), before);
}

}  // namespace
}  // namespace edge
