// What the double itself promises: tests rely on its finding these.
#include <cstring>
#include <memory>
#include <thread>

#include "cuda/graph.h"
#include "cuda/memory.h"
#include "cuda_double.h"

namespace edge::cuda {
namespace {

class CudaDoubleItself : public CudaTest {
 protected:
  void SetUp() override {
    CudaTest::SetUp();
    ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  }
};

using CudaDoubleDeathTest = CudaDoubleItself;

TEST_F(CudaDoubleDeathTest, DiesOfMemoryThatWasFreedOrIsNone) {
  const SharedContext shared = context();
  Stream stream(shared);
  const DeviceMemory device(shared, 64);
  const HostMemory host(shared, 64);
  const ContextScope scope(*shared);
  abi::DevicePointer freed = 0;
  {
    const DeviceMemory memory(shared, 64);
    freed = memory.address();
  }
  EXPECT_DEATH(stream.fill(freed, 1, 64), "cuMemsetD8Async: 64 bytes at 0x[0-9a-f]+ were freed");
  EXPECT_DEATH(stream.fill(1234, 1, 64), "64 bytes at 0x4d2 are no memory of the GPU");
  EXPECT_DEATH(stream.fill(device.address() + 1, 1, 64), "go beyond the end of a block of 64");
  EXPECT_DEATH(stream.copyToHost(device.pointer(), host.address(), 64), "are not the processor's memory");
  EXPECT_DEATH(driver().MemFree(freed), "was freed before");
  EXPECT_DEATH(driver().MemFree(device.address() + 8), "was not given by the driver");
  EXPECT_DEATH(*static_cast<volatile char*>(abi::toPointer(freed)) = 1, "");
}

TEST_F(CudaDoubleDeathTest, DiesWhereMemoryIsFreedBeforeItsTurnCame) {
  EXPECT_DEATH(
      {
        control().set("delay-us=50000");
        const SharedContext shared = context();
        Stream stream(shared);
        auto memory = std::make_unique<DeviceMemory>(shared, 64);
        const ContextScope scope(*shared);
        stream.fill(memory->address(), 1, 64);
        memory.reset();
        stream.synchronize();
      },
      "cuMemsetD8Async: 64 bytes at 0x[0-9a-f]+ were freed");
}

TEST_F(CudaDoubleDeathTest, DiesOfHandlesThatWereDestroyed) {
  const SharedContext shared = context();
  const ContextScope scope(*shared);
  abi::Stream stream = nullptr;
  ASSERT_EQ(driver().StreamCreate(&stream, 0), abi::kSuccess);
  ASSERT_EQ(driver().StreamDestroy(stream), abi::kSuccess);
  EXPECT_DEATH(driver().StreamSynchronize(stream), "is none of the live streams");
}

TEST_F(CudaDoubleItself, RefusesWhatHostFunctionsMayNotDo) {
  const SharedContext shared = context();
  Stream stream(shared);
  const ContextScope scope(*shared);
  abi::Result result = abi::kSuccess;
  const auto ask = [](void* user) {
    abi::Context current = nullptr;
    *static_cast<abi::Result*>(user) = driver().CtxGetCurrent(&current);
  };
  ASSERT_EQ(driver().LaunchHostFunc(stream.handle(), ask, &result), abi::kSuccess);
  stream.synchronize();
  EXPECT_EQ(result, abi::kNotPermitted);
}

TEST_F(CudaDoubleItself, RunsInTheCallWhereItIsTold) {
  control().set("synchronous=1,delay-us=1000000");
  const SharedContext shared = context();
  Stream stream(shared);
  const HostMemory memory(shared, 1);
  const ContextScope scope(*shared);
  stream.fill(memory.address(), 8, 1);
  EXPECT_TRUE(stream.idle());
  EXPECT_EQ(*static_cast<const char*>(memory.data()), 8);
}

TEST_F(CudaDoubleItself, CountsWhatNobodyFreed) {
  const AnotherDouble another("device=h200");
  {
    const SharedContext shared = PrimaryContext::retain(another.driver(), 0);
    const ContextScope scope(*shared);
    abi::DevicePointer memory = 0;
    ASSERT_EQ(another.driver().MemAlloc(&memory, 10), abi::kSuccess);
    abi::Event event = nullptr;
    ASSERT_EQ(another.driver().EventCreate(&event, 0), abi::kSuccess);
    EXPECT_EQ(another.control().live(nullptr), 3);
  }
  EXPECT_EQ(another.control().live(nullptr), 0);
  EXPECT_EQ(another.control().orphans(), 2);
}

TEST_F(CudaDoubleItself, HasOneCaptureForEachThread) {
  const SharedContext shared = context();
  Stream stream(shared);
  const ContextScope scope(*shared);
  const auto status = [&] {
    abi::CaptureStatus value{};
    EXPECT_EQ(driver().StreamIsCapturing(stream.handle(), &value), abi::kSuccess);
    return value;
  };
  EXPECT_EQ(status(), abi::CaptureStatus::none);
  GraphCapture capture(stream);
  EXPECT_EQ(status(), abi::CaptureStatus::active);
  std::thread([&] {
    const ContextScope theirs(*shared);
    abi::Graph graph = nullptr;
    EXPECT_EQ(driver().StreamEndCapture(stream.handle(), &graph), abi::kCaptureWrongThread);
  }).join();
  EXPECT_EQ(driver().StreamQuery(stream.handle()), abi::kCaptureUnsupported);
  EXPECT_EQ(status(), abi::CaptureStatus::invalidated);
}

TEST_F(CudaDoubleItself, UnderstandsItsSettingsOrSaysNo) {
  EXPECT_EQ(control().live("cats"), -1);
  const AnotherDouble another(
      "memory=5,compute=10.3,multiprocessors=2,integrated=1,driver=12020,fail=cuMemAlloc_v2:2:999:3");
  EXPECT_EQ(another.driver().version(), 12020);
  for (const char* wrong : {"device=cat", "memory=", "memory=5x", "integrated=yes", "fail=cuInit",
                            "fail=cuInit:x:1", "cat=1", "cat"})
    EXPECT_FALSE(another.control().understands(wrong)) << wrong;
}

}  // namespace
}  // namespace edge::cuda
