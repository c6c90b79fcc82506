#include "cuda/device.h"

#include "cuda_double.h"

namespace edge::cuda {
namespace {

class CudaDevice : public CudaTest {};

TEST_F(CudaDevice, IsDescribedWithoutAContext) {
  const DeviceInfo info = describeDevice(driver(), 0);
  EXPECT_EQ(info.name, "NVIDIA H200");
  EXPECT_EQ(info.uuid, "GPU-a0a1a2a3-a4a5-a6a7-a8a9-aaabacadae00");
  EXPECT_EQ(info.computeCapability(), "9.0");
  EXPECT_EQ(info.totalBytes, 150'754'820'096u);
  EXPECT_FALSE(info.integrated);
  EXPECT_TRUE(info.canMapHostMemory);
  EXPECT_EQ(info.multiprocessors, 132);
  EXPECT_EQ(info.driverVersion, 13000);
  EXPECT_EQ(control().calls("cuDevicePrimaryCtxRetain"), 0);
}

TEST_F(CudaDevice, OfAJetsonSharesTheProcessorsMemory) {
  const AnotherDouble another("device=orin,name=Orin NX");
  const DeviceInfo info = describeDevice(another.driver(), 0);
  EXPECT_EQ(info.name, "Orin NX");
  EXPECT_EQ(info.computeCapability(), "8.7");
  EXPECT_TRUE(info.integrated);
  EXPECT_EQ(info.driverVersion, 12060);
}

TEST_F(CudaDevice, ThatIsNotThereIsNamed) {
  const AnotherDouble another("devices=2");
  EXPECT_EQ(describeDevice(another.driver(), 1).uuid.substr(36), "ae01");
  for (const int ordinal : {-1, 2}) {
    const Error error = thrown([&] { describeDevice(another.driver(), ordinal); });
    EXPECT_EQ(error.code(), ErrorCode::DEVICE_UNAVAILABLE);
    EXPECT_EQ(error.text().expected, "0 to 1");
    EXPECT_EQ(error.text().found, std::to_string(ordinal));
  }
}

TEST_F(CudaDevice, FailsWithEachOfItsCalls) {
  describeDevice(driver(), 0);
  control().reset();
  describeDevice(driver(), 0);
  const std::int64_t calls = control().calls(nullptr);
  ASSERT_GE(calls, 8);
  for (std::int64_t nth = 1; nth <= calls; ++nth) {
    control().reset();
    control().fail("*", nth, abi::kUnknown, 1);
    EXPECT_EQ(thrown([] { describeDevice(driver(), 0); }).code(), ErrorCode::DEVICE_FAILED) << nth;
  }
}

}  // namespace
}  // namespace edge::cuda
