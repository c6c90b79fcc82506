#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "sessions.h"

namespace edge::tensorrt {
namespace {

constexpr int kThreads = 4;
constexpr int kRuns = 12;

/// Sessions on threads of their own, as the addon has them: what they share is for ThreadSanitizer to look
/// at.
class SessionThreads : public Sessions {
 protected:
  void SetUp() override {
    Sessions::SetUp();
    plan_ = planOf(onnx::denseModel(1));
  }

  SharedEngine load() const {
    const cuda::Driver& driver = cuda::Driver::load({{CUDA_DOUBLE, "the test"}});
    return std::make_shared<LoadedEngine>(*api_, cuda::PrimaryContext::retain(driver, 0), plan_.data(),
                                          plan_.size(), LoadSettings{}, true);
  }

  /// Opens a session, runs two requests of it by turns, and closes everything.
  static void live(SharedEngine engine, int number) {
    const auto session = openSession(std::move(engine), {}, {"the double", "the test", "0"});
    const auto one = session->createRequest();
    const auto other = session->createRequest();
    for (int i = 0; i < kRuns; ++i) {
      EXPECT_EQ(firstOutput(*one, static_cast<float>(number), static_cast<float>(i)),
                static_cast<float>(number + 3 * i) + 0.5F);
      EXPECT_EQ(firstOutput(*other, static_cast<float>(i), 1), static_cast<float>(i) + 3.5F);
    }
  }

  static void onThreads(const std::function<void(int)>& work) {
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
  }

 private:
  static float firstOutput(edge::Request& request, float x0, float x1) {
    auto* const x = static_cast<float*>(request.inputs()[0]->data());
    x[0] = x0;
    x[1] = x1;
    request.run();
    return *static_cast<const float*>(request.outputs()[0]->data());
  }

  std::vector<std::uint8_t> plan_;
};

INSTANTIATE_TEST_SUITE_P(Major, SessionThreads, testing::Values(10, 11));

TEST_P(SessionThreads, RunOneEngineAtOnceAndLeaveItToTheLast) {
  std::vector<SharedEngine> engines(kThreads, load());
  onThreads([&](int number) { live(std::move(engines[static_cast<std::size_t>(number)]), number); });
}

TEST_P(SessionThreads, LoadAndRunEnginesOfTheirOwnAtOnce) {
  onThreads([&](int number) { live(load(), number); });
}

}  // namespace
}  // namespace edge::tensorrt
