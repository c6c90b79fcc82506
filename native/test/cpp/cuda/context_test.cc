#include "cuda/context.h"

#include "cuda/memory.h"
#include "cuda_double.h"

namespace edge::cuda {
namespace {

class CudaContext : public CudaTest {};

abi::Context current(const Driver& driver) {
  abi::Context context = nullptr;
  EXPECT_EQ(driver.CtxGetCurrent(&context), abi::kSuccess);
  return context;
}

TEST_F(CudaContext, IsSharedAndReleasedWithTheLastWhoHoldsIt) {
  SharedContext first = context();
  SharedContext second = context();
  EXPECT_EQ(first, second);
  EXPECT_EQ(control().live("contexts"), 1);
  EXPECT_EQ(control().calls("cuDevicePrimaryCtxRetain"), 1);
  first.reset();
  EXPECT_EQ(control().live("contexts"), 1);
  second.reset();
  EXPECT_EQ(control().live("contexts"), 0);
  EXPECT_NE(context(), nullptr);
  EXPECT_EQ(control().calls("cuDevicePrimaryCtxRetain"), 2);
}

TEST_F(CudaContext, IsOneForEachGpu) {
  const AnotherDouble another("devices=2");
  const SharedContext first = PrimaryContext::retain(another.driver(), 0);
  const SharedContext second = PrimaryContext::retain(another.driver(), 1);
  EXPECT_NE(first->handle(), second->handle());
  EXPECT_EQ(second->ordinal(), 1);
  EXPECT_EQ(thrown([&] { PrimaryContext::retain(another.driver(), 2); }).code(),
            ErrorCode::DEVICE_UNAVAILABLE);
}

TEST_F(CudaContext, IsCurrentWithinAScopeAndNotBeyond) {
  const SharedContext shared = context();
  EXPECT_EQ(current(driver()), nullptr);
  {
    const ContextScope outer(*shared);
    EXPECT_EQ(current(driver()), shared->handle());
    {
      const ContextScope inner(*shared, std::nothrow);
      EXPECT_TRUE(static_cast<bool>(inner));
      EXPECT_EQ(control().depth(), 2);
    }
    EXPECT_EQ(current(driver()), shared->handle());
  }
  EXPECT_EQ(current(driver()), nullptr);
}

TEST_F(CudaContext, LeavesTheContextsOfOthersAsTheyWere) {
  const AnotherDouble another("devices=2");
  const SharedContext first = PrimaryContext::retain(another.driver(), 0);
  const SharedContext second = PrimaryContext::retain(another.driver(), 1);
  const ContextScope theirs(*second);
  {
    const DeviceMemory memory(first, 16);
  }
  EXPECT_EQ(current(another.driver()), second->handle());
}

TEST_F(CudaContext, ThatCannotBeHadIsAnErrorWhereSomebodyListens) {
  const SharedContext shared = context();
  control().fail("cuCtxPushCurrent_v2", 1, abi::kUnknown, 2);
  EXPECT_EQ(thrown([&] { const ContextScope scope(*shared); }).code(), ErrorCode::DEVICE_FAILED);
  const ContextScope quiet(*shared, std::nothrow);
  EXPECT_FALSE(static_cast<bool>(quiet));
  EXPECT_EQ(control().calls("cuCtxPopCurrent_v2"), 0);
}

TEST_F(CudaContext, ThatCouldNotBeRetainedIsNotRemembered) {
  control().fail("cuDevicePrimaryCtxRetain", 1, abi::kOutOfMemory, 1);
  EXPECT_EQ(thrown([] { context(); }).code(), ErrorCode::OUT_OF_MEMORY);
  EXPECT_NE(context(), nullptr);
}

TEST_F(CudaContext, TellsHowMuchMemoryIsFree) {
  control().set("memory=1000000");
  const SharedContext shared = context();
  const DeviceMemory memory(shared, 400'000);
  const MemoryInfo info = memoryInfo(*shared);
  EXPECT_EQ(info.totalBytes, 1'000'000u);
  EXPECT_EQ(info.freeBytes, 600'000u);
}

}  // namespace
}  // namespace edge::cuda
