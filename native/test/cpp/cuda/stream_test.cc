#include "cuda/stream.h"

#include <chrono>
#include <cstring>
#include <thread>

#include "cuda/memory.h"
#include "cuda_double.h"

namespace edge::cuda {
namespace {

class CudaStream : public CudaTest {
 protected:
  static unsigned char first(const HostMemory& memory) {
    return *static_cast<const unsigned char*>(memory.data());
  }
};

TEST_F(CudaStream, CopiesInOrderWhileItsCallerGoesOn) {
  control().set("delay-us=3000");
  const SharedContext shared = context();
  HostMemory from(shared, 64);
  HostMemory to(shared, 64);
  const DeviceMemory one(shared, 64);
  const DeviceMemory other(shared, 64);
  Stream stream(shared);
  const ContextScope scope(*shared);
  std::memset(from.data(), 7, 64);
  stream.copyToDevice(one.address(), from.data(), 64);
  stream.copyOnDevice(other.address(), one.address(), 64);
  stream.copyToHost(to.data(), other.address(), 64);
  EXPECT_FALSE(stream.idle());
  stream.synchronize();
  EXPECT_TRUE(stream.idle());
  EXPECT_EQ(std::memcmp(from.data(), to.data(), 64), 0);
  stream.fill(other.address(), 9, 32);
  stream.copyToHost(to.data(), other.address(), 64);
  stream.synchronize();
  EXPECT_EQ(first(to), 9);
  EXPECT_EQ(static_cast<const unsigned char*>(to.data())[32], 7);
}

TEST_F(CudaStream, CopiesOrdinaryMemoryToo) {
  const SharedContext shared = context();
  const DeviceMemory device(shared, 3);
  Stream stream(shared);
  const ContextScope scope(*shared);
  const char from[3] = {1, 2, 3};
  char to[3] = {};
  stream.copyToDevice(device.address(), from, 3);
  stream.copyToHost(to, device.address(), 3);
  stream.synchronize();
  EXPECT_EQ(std::memcmp(from, to, 3), 0);
}

TEST_F(CudaStream, DoesNotWaitForTheDefaultStream) {
  const Stream stream(context());
  EXPECT_NE(control().log().find("cuStreamCreate(1)"), std::string::npos);
}

TEST_F(CudaStream, IsAwaitedByWayOfAnEventThatLetsTheThreadSleep) {
  control().set("delay-us=3000");
  const SharedContext shared = context();
  HostMemory to(shared, 8);
  Stream stream(shared);
  Event done(shared, Timing::off, Waiting::asleep);
  EXPECT_NE(control().log().find("cuEventCreate(3)"), std::string::npos) << control().log();
  const ContextScope scope(*shared);
  stream.fill(to.address(), 5, 8);
  done.record(stream);
  done.synchronize();
  EXPECT_EQ(first(to), 5);
  EXPECT_EQ(control().calls("cuStreamSynchronize"), 0);
}

TEST_F(CudaStream, WaitsForWhatAnEventMarksOnAnother) {
  const SharedContext shared = context();
  HostMemory memory(shared, 8);
  const DeviceMemory device(shared, 8);
  Stream slow(shared);
  Stream fast(shared);
  Event filled(shared, Timing::off, Waiting::fast);
  const ContextScope scope(*shared);
  const auto sleep = [](void*) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  ASSERT_EQ(driver().LaunchHostFunc(slow.handle(), sleep, nullptr), abi::kSuccess);
  slow.fill(device.address(), 3, 8);
  filled.record(slow);
  EXPECT_FALSE(filled.done());
  fast.wait(filled);
  fast.copyToHost(memory.data(), device.address(), 8);
  fast.synchronize();
  EXPECT_TRUE(filled.done());
  EXPECT_EQ(first(memory), 3);
}

TEST_F(CudaStream, TellsTheTimeBetweenEvents) {
  const SharedContext shared = context();
  Stream stream(shared);
  Event start(shared, Timing::on, Waiting::fast);
  Event end(shared, Timing::on, Waiting::asleep);
  const ContextScope scope(*shared);
  start.record(stream);
  const auto sleep = [](void*) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  ASSERT_EQ(driver().LaunchHostFunc(stream.handle(), sleep, nullptr), abi::kSuccess);
  end.record(stream);
  EXPECT_EQ(thrown([&] { elapsedMs(*shared, start, end); }).text().found,
            "CUDA_ERROR_NOT_READY (600): device not ready");
  end.synchronize();
  EXPECT_GE(elapsedMs(*shared, start, end), 20.0F);
  const Event untimed(shared, Timing::off, Waiting::fast);
  EXPECT_EQ(thrown([&] { elapsedMs(*shared, start, untimed); }).code(), ErrorCode::DEVICE_FAILED);
}

TEST_F(CudaStream, ThatIsDestroyedRunsWhatIsOnItFirst) {
  control().set("delay-us=3000");
  const SharedContext shared = context();
  const HostMemory memory(shared, 8);
  {
    Stream stream(shared);
    const ContextScope scope(*shared);
    stream.fill(memory.address(), 1, 8);
  }
  EXPECT_EQ(first(memory), 1);
}

TEST_F(CudaStream, NeedsACurrentContext) {
  const SharedContext shared = context();
  const HostMemory memory(shared, 8);
  Stream stream(shared);
  EXPECT_EQ(thrown([&] { stream.fill(memory.address(), 1, 8); }).text().found,
            "CUDA_ERROR_INVALID_CONTEXT (201): invalid device context");
}

TEST_F(CudaStream, ReportsWhatWentWrongInEarlierWork) {
  const SharedContext shared = context();
  Stream stream(shared);
  const ContextScope scope(*shared);
  control().fail("cuStreamSynchronize", 1, abi::kIllegalAddress, 1);
  const Error error = thrown([&] { stream.synchronize(); });
  EXPECT_EQ(error.text().summary, "CUDA's driver failed in cuStreamSynchronize");
  EXPECT_NE(error.text().remedy.find("put on the GPU earlier"), std::string::npos);
  control().fail("cuStreamQuery", 1, abi::kIllegalAddress, 1);
  EXPECT_EQ(thrown([&] { static_cast<void>(stream.idle()); }).code(), ErrorCode::DEVICE_FAILED);
}

}  // namespace
}  // namespace edge::cuda
