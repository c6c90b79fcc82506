#include "cuda/library.h"

#include "cuda_double.h"

namespace edge::cuda {
namespace {

class CudaLibrary : public CudaTest {};

void expectIn(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST_F(CudaLibrary, TellsEveryPlaceItLookedInAndWhy) {
  const Error error = thrown([] {
    Driver::load({{"/nonexistent/libcuda.so.1", "the first origin"}, {"/etc/hostname", "the second origin"}});
  });
  EXPECT_EQ(error.code(), ErrorCode::DEVICE_UNAVAILABLE);
  expectIn(error.text().found, "/nonexistent/libcuda.so.1 (from the first origin): No such file");
  expectIn(error.text().found, "; /etc/hostname (from the second origin): ");
  expectIn(error.text().remedy, "EDGE_CUDA_LIBRARY");
}

TEST_F(CudaLibrary, SaysThatNobodyToldItWhereToLook) {
  EXPECT_EQ(thrown([] { Driver::load({}); }).text().found, "no place to look for it");
}

TEST_F(CudaLibrary, RefusesALibraryThatIsNotTheDriver) {
  const Error error = thrown([] { Driver::load({{"libm.so.6", "the test"}}); });
  EXPECT_EQ(error.code(), ErrorCode::LIBRARY_INCOMPATIBLE);
  expectIn(error.text().found, "no cuGetErrorName, ");
  expectIn(error.text().found, ", cuLaunchKernel");
}

TEST_F(CudaLibrary, IsLoadedOnceAndTellsWhereItLies) {
  const Driver& first = Driver::load({{"/nonexistent/libcuda.so.1", "nobody"}, {CUDA_DOUBLE, "the test"}});
  EXPECT_EQ(&Driver::load({{CUDA_DOUBLE, "another origin"}}), &first);
  EXPECT_EQ(first.info().path, CUDA_DOUBLE);
  EXPECT_EQ(first.info().version, "13.0");
  EXPECT_EQ(first.version(), 13000);
  EXPECT_EQ(first.deviceCount(), 1);
}

TEST_F(CudaLibrary, LooksFirstWhereTheLoaderDoes) {
  const std::vector<LibraryCandidate> places = Driver::standardPlaces();
  ASSERT_FALSE(places.empty());
  EXPECT_EQ(places.front().path, "libcuda.so.1");
#if defined(__aarch64__)
  ASSERT_EQ(places.size(), 3u);
  EXPECT_EQ(places[1].path, "/usr/lib/aarch64-linux-gnu/nvidia/libcuda.so.1");
  EXPECT_EQ(places[2].path, "/usr/lib/aarch64-linux-gnu/tegra/libcuda.so.1");
#else
  EXPECT_EQ(places.size(), 1u);
#endif
}

TEST_F(CudaLibrary, WithoutAGpuIsTriedAgainWhenAskedForAgain) {
  const AnotherDouble another("device=none");
  const Error error = thrown([&] { another.driver(); });
  EXPECT_EQ(error.code(), ErrorCode::DEVICE_UNAVAILABLE);
  expectIn(error.text().summary, another.path() + " (from the test) does not start");
  EXPECT_EQ(error.text().found, "CUDA_ERROR_NO_DEVICE (100): no CUDA-capable device is detected");
  expectIn(error.text().remedy, "CUDA_VISIBLE_DEVICES");
  another.control().set("device=orin");
  EXPECT_EQ(another.driver().info().version, "12.6");
}

TEST_F(CudaLibrary, ThatStartsButCountsNoGpuIsNoUse) {
  const AnotherDouble another("devices=0");
  const Error error = thrown([&] { another.driver(); });
  EXPECT_EQ(error.code(), ErrorCode::DEVICE_UNAVAILABLE);
  expectIn(error.text().summary, "finds no GPU");
}

TEST_F(CudaLibrary, ThatDoesNotStartSaysWhyAndWhatToDo) {
  const struct {
    const char* settings;
    const char* found;
    const char* remedy;
  } cases[] = {
      {"init=34", "CUDA_ERROR_STUB_LIBRARY (34): ", "LD_LIBRARY_PATH"},
      {"init=803", "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803): ", "restart the machine"},
      {"init=3", "CUDA_ERROR_NOT_INITIALIZED (3): ", "fork()"},
      {"init=999", "CUDA_ERROR_UNKNOWN (999): ", "dmesg"},
      {"init=4242", "error 4242, which the driver has no name for", "dmesg"},
  };
  for (const auto& one : cases) {
    const AnotherDouble another(one.settings);
    const Error error = thrown([&] { another.driver(); });
    EXPECT_EQ(error.code(), ErrorCode::DEVICE_UNAVAILABLE);
    expectIn(error.text().found, one.found);
    expectIn(error.text().remedy, one.remedy);
  }
}

TEST_F(CudaLibrary, ThatFailsWhileItStartsIsTriedAgainToo) {
  for (const char* call : {"cuDriverGetVersion", "cuDeviceGetCount"}) {
    const AnotherDouble another(std::string("fail=") + call + ":1:999");
    EXPECT_EQ(thrown([&] { another.driver(); }).code(), ErrorCode::DEVICE_FAILED) << call;
    EXPECT_EQ(another.driver().deviceCount(), 1) << call;
  }
}

TEST_F(CudaLibrary, NamesResultsAndTheirRemedies) {
  const Error memory = thrown([] { driver().check(abi::kOutOfMemory, "cuSomething"); });
  EXPECT_EQ(memory.code(), ErrorCode::OUT_OF_MEMORY);
  EXPECT_EQ(memory.text().summary, "the GPU has too little memory for cuSomething");
  const Error lost = thrown([] { driver().check(abi::kIllegalAddress, "cuSomething"); });
  EXPECT_EQ(lost.code(), ErrorCode::DEVICE_FAILED);
  EXPECT_EQ(lost.text().summary, "CUDA's driver failed in cuSomething");
  EXPECT_EQ(lost.text().found, "CUDA_ERROR_ILLEGAL_ADDRESS (700): an illegal memory access was encountered");
  for (const abi::Result code :
       {abi::kEccUncorrectable, abi::kLaunchTimeout, abi::kHardwareStackError, 717, abi::kLaunchFailed}) {
    expectIn(thrown([&] { driver().check(code, "cuSomething"); }).text().remedy, "new process");
  }
  expectIn(thrown([] { driver().check(abi::kInvalidValue, "cuSomething"); }).text().remedy, "dmesg");
  EXPECT_NO_THROW(driver().check(abi::kSuccess, "cuSomething"));
}

}  // namespace
}  // namespace edge::cuda
