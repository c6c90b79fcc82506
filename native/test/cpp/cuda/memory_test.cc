#include "cuda/memory.h"

#include <array>
#include <limits>
#include <thread>

#include "cuda/stream.h"
#include "cuda_double.h"

namespace edge::cuda {
namespace {

class CudaMemory : public CudaTest {};

TEST_F(CudaMemory, OfTheGpuIsCountedAndFreed) {
  {
    const DeviceMemory memory(context(), 1000);
    EXPECT_EQ(memory.bytes(), 1000u);
    EXPECT_EQ(reinterpret_cast<abi::DevicePointer>(memory.pointer()), memory.address());
    EXPECT_EQ(control().live("device-memory"), 1);
  }
  EXPECT_EQ(control().live(nullptr), 0);
}

TEST_F(CudaMemory, OfNoBytesHasAnAddress) {
  const DeviceMemory device(context(), 0);
  EXPECT_NE(device.address(), 0u);
  HostMemory host(context(), 0);
  EXPECT_NE(host.data(), nullptr);
}

TEST_F(CudaMemory, OfTheGpuThatIsNotThereSaysHowMuchWas) {
  control().set("memory=1000000");
  const DeviceMemory memory(context(), 400'000);
  const Error error = thrown([] { const DeviceMemory more(context(), 600'001); });
  EXPECT_EQ(error.code(), ErrorCode::OUT_OF_MEMORY);
  EXPECT_EQ(error.text().found, "600001 bytes, where 600000 of 1000000 were free");
  control().fail("cuMemGetInfo_v2", 1, abi::kUnknown, 1);
  EXPECT_EQ(thrown([] { const DeviceMemory more(context(), 600'001); }).text().found, "600001 bytes");
}

TEST_F(CudaMemory, ThatIsPageLockedIsZeroedPaddedAlignedAndSeenByTheGpu) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{64}, std::size_t{5000}}) {
    HostMemory memory(context(), bytes);
    EXPECT_EQ(memory.bytes(), bytes);
    EXPECT_GE(memory.capacity(), bytes + Buffer::kPadding);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.data()) % Buffer::kAlignment, 0u);
    EXPECT_NE(memory.address(), 0u);
    const auto* first = static_cast<const unsigned char*>(memory.data());
    for (std::size_t i = 0; i < memory.capacity(); ++i) ASSERT_EQ(first[i], 0) << i;
  }
  // Portable and mapped; 4 would be write-combined.
  EXPECT_NE(control().log().find("cuMemHostAlloc(5184, 3)"), std::string::npos) << control().log();
}

TEST_F(CudaMemory, ThatIsPageLockedAndIsNotThereSaysSo) {
  const Error huge =
      thrown([] { const HostMemory memory(context(), std::numeric_limits<std::size_t>::max()); });
  EXPECT_EQ(huge.code(), ErrorCode::OUT_OF_MEMORY);
  control().fail("cuMemHostAlloc", 1, abi::kOutOfMemory, 1);
  const Error error = thrown([] { const HostMemory memory(context(), 77); });
  EXPECT_EQ(error.code(), ErrorCode::OUT_OF_MEMORY);
  EXPECT_EQ(error.text().found, "77 bytes");
}

TEST_F(CudaMemory, ThatTheGpuCannotSeeIsFreedAgain) {
  control().fail("cuMemHostGetDevicePointer_v2", 1, abi::kInvalidValue, 1);
  EXPECT_EQ(thrown([] { const HostMemory memory(context(), 77); }).code(), ErrorCode::DEVICE_FAILED);
  EXPECT_EQ(control().live("host-memory"), 0);
}

TEST_F(CudaMemory, LivesAsLongAsTheBufferOverIt) {
  auto memory = std::make_shared<HostMemory>(context(), 100);
  void* const data = memory->data();
  std::shared_ptr<Buffer> buffer = makeBuffer(std::move(memory));
  EXPECT_EQ(buffer->data(), data);
  EXPECT_EQ(buffer->bytes(), 100u);
  EXPECT_EQ(control().live("host-memory"), 1);
  EXPECT_EQ(control().live("contexts"), 1);
  // As a finalizer would, on a thread that knows nothing of CUDA.
  std::thread([&] { buffer.reset(); }).join();
  EXPECT_EQ(control().live(nullptr), 0);
}

TEST_F(CudaMemory, IsForgottenWithoutAWordWhileTheDriverShutsDown) {
  const AnotherDouble another("device=h200");
  const SharedContext shared = PrimaryContext::retain(another.driver(), 0);
  {
    const DeviceMemory device(shared, 10);
    const HostMemory host(shared, 10);
    const Stream stream(shared);
    const Event event(shared, Timing::on, Waiting::asleep);
    another.control().set("deinitialized=1");
  }
  EXPECT_EQ(another.control().calls("cuMemFree_v2"), 0);
  EXPECT_EQ(another.control().depth(), 0);
  EXPECT_EQ(thrown([&] { const DeviceMemory memory(shared, 1); }).text().found,
            "CUDA_ERROR_DEINITIALIZED (4): driver shutting down");
}

TEST_F(CudaMemory, OfOthersIsDescribed) {
  const SharedContext shared = context();
  const DeviceMemory device(shared, 1000);
  const HostMemory host(shared, 1000);
  std::array<char, 10> ordinary{};
  const ContextScope scope(*shared);
  const std::optional<PointerInfo> inside = describePointer(*shared, device.address() + 10);
  ASSERT_TRUE(inside.has_value());
  EXPECT_EQ(inside->type, abi::MemoryType::device);
  EXPECT_EQ(inside->ordinal, 0);
  EXPECT_EQ(inside->start, device.address());
  EXPECT_EQ(inside->bytes, 1000u);
  const std::optional<PointerInfo> pageLocked = describePointer(*shared, host.address());
  ASSERT_TRUE(pageLocked.has_value());
  EXPECT_EQ(pageLocked->type, abi::MemoryType::host);
  EXPECT_FALSE(describePointer(*shared, reinterpret_cast<abi::DevicePointer>(ordinary.data())).has_value());
  EXPECT_FALSE(describePointer(*shared, device.address() + 1000).has_value());
  control().fail("cuPointerGetAttribute", 2, abi::kUnknown, 1);
  EXPECT_EQ(thrown([&] { describePointer(*shared, device.address()); }).code(), ErrorCode::DEVICE_FAILED);
}

}  // namespace
}  // namespace edge::cuda
