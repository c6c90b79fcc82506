#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "cuda/graph.h"
#include "cuda/memory.h"
#include "cuda_double.h"

namespace edge::cuda {
namespace {

class CudaThreads : public CudaTest {};

constexpr int kThreads = 6;
constexpr int kRuns = 20;

template <typename Function>
void onThreads(Function function) {
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([=] { function(i); });
  for (std::thread& thread : threads) thread.join();
}

TEST_F(CudaThreads, ShareAContextAndEachHaveAStream) {
  onThreads([](int number) {
    for (int run = 0; run < kRuns; ++run) {
      const SharedContext shared = PrimaryContext::retain(driver(), 0);
      HostMemory from(shared, 256);
      HostMemory to(shared, 256);
      const DeviceMemory device(shared, 256);
      Stream stream(shared);
      Event done(shared, Timing::off, Waiting::asleep);
      const ContextScope scope(*shared);
      std::memset(from.data(), number + 1, 256);
      GraphCapture capture(stream);
      stream.copyToDevice(device.address(), from.data(), 256);
      stream.copyToHost(to.data(), device.address(), 256);
      const std::unique_ptr<GraphExecutable> graph = capture.finish();
      graph->launch(stream);
      done.record(stream);
      done.synchronize();
      EXPECT_EQ(std::memcmp(from.data(), to.data(), 256), 0);
    }
  });
}

TEST_F(CudaThreads, RetainAndReleaseOneContextAtOnce) {
  onThreads([](int) {
    for (int run = 0; run < kRuns * 10; ++run) {
      const SharedContext shared = PrimaryContext::retain(driver(), 0);
      const DeviceMemory memory(shared, 16);
      EXPECT_NE(memory.address(), 0u);
    }
  });
}

TEST_F(CudaThreads, FreeWhatOthersMade) {
  std::vector<std::shared_ptr<Buffer>> buffers;
  buffers.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i)
    buffers.push_back(makeBuffer(std::make_shared<HostMemory>(context(), 100)));
  onThreads([&buffers](int number) { buffers[static_cast<std::size_t>(number)].reset(); });
}

TEST_F(CudaThreads, LoadOneDriverAtOnce) {
  const AnotherDouble another("device=orin");
  std::atomic<const Driver*> first{nullptr};
  onThreads([&](int) {
    const Driver* const loaded = &another.driver();
    const Driver* expected = nullptr;
    if (first.compare_exchange_strong(expected, loaded)) return;
    EXPECT_EQ(expected, loaded);
  });
}

}  // namespace
}  // namespace edge::cuda
