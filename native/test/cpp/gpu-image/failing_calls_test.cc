#include <set>

#include "cuda_double.h"
#include "gpu_image/kernel_text.h"
#include "gpu_image/preprocessor.h"
#include "pictures.h"

namespace edge::gpu_image {
namespace {

class FailingPreprocessor : public cuda::CudaTest {
 protected:
  void SetUp() override {
    if (*kernelText() == '\0') GTEST_SKIP() << "there is no PTX: pnpm run setup --only kernels";
    CudaTest::SetUp();
  }

  /// A preprocessor's life: a frame of each kind, the second larger.
  static void live() {
    const cuda::SharedContext shared = context();
    Preprocessor preprocessor(shared);
    const std::vector<Way> all = ways(9, 8);
    cuda::Stream stream(shared);
    for (const bool nv12 : {false, true}) {
      Frame frame = frameOf(all[nv12 ? 1 : 0], nv12, 2);
      frame.picture.conversion = conversions().front();
      preprocessor.prepare(frame.picture);
      const cuda::DeviceMemory target(shared, tensorBytes(frame.picture));
      const cuda::ContextScope scope(*shared);
      try {
        preprocessor.putOnStream(stream, target.address());
        stream.synchronize();
      } catch (...) {
        // As a request does it: what got onto the stream ends before its memory does.
        try {
          stream.synchronize();
        } catch (...) {  // NOLINT(bugprone-empty-catch): the first error is the one to tell
        }
        throw;
      }
    }
    const cuda::DeviceMemory memory(shared, std::size_t{27} * 8);
    Frame frame = frameOf(all[0], false, 2);
    frame.picture.conversion = conversions().front();
    frame.picture.rowBytes = 27;
    frame.picture.pixels = {nullptr, 0, memory.address()};
    preprocessor.prepare(frame.picture);
  }
};

TEST_F(FailingPreprocessor, LeavesNothingBehindWhicheverCallFails) {
  live();
  for (const auto& [code, expected] : {std::pair{cuda::abi::kUnknown, ErrorCode::DEVICE_FAILED},
                                       std::pair{cuda::abi::kOutOfMemory, ErrorCode::OUT_OF_MEMORY}}) {
    int errors = 0;
    for (std::int64_t nth = 1;; ++nth) {
      ASSERT_LT(nth, 1000);
      control().reset();
      control().fail("*", nth, code, 1);
      try {
        live();
      } catch (const Error& error) {
        ++errors;
        EXPECT_EQ(error.code(), expected) << nth << ": " << error.what();
      }
      EXPECT_EQ(control().live(nullptr), 0) << nth;
      EXPECT_EQ(control().depth(), 0) << nth;
      if (control().failed() == 0) break;
    }
    EXPECT_GT(errors, 40);
  }
  // A destructor that cannot enter the context leaves its memory to that.
  control().reset();
}

}  // namespace
}  // namespace edge::gpu_image
