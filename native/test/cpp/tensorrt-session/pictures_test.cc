#include "pictures.h"

#include <cstring>

#include "cuda/memory.h"
#include "gpu_image/kernel_text.h"
#include "sessions.h"

namespace edge::tensorrt {
namespace {

using gpu_image::Frame;
using gpu_image::PictureTarget;

constexpr std::size_t kSide = 12;

/// y = x twice over, for x of [1, 3, 12, 12] and b of [1, 3, 12, 12].
std::shared_ptr<const Buffer> sumModel() {
  const std::vector<std::int64_t> shape{1, 3, kSide, kSide};
  return onnx::model(
      {{onnx::node("Add", "add", {"x", "b"}, "y")},
       {onnx::tensor("x", onnx::Type::float32, shape), onnx::tensor("b", onnx::Type::float32, shape)},
       {onnx::tensor("y", onnx::Type::float32, shape)},
       {}});
}

class SessionPictures : public Sessions {
 protected:
  void SetUp() override {
    if (*gpu_image::kernelText() == '\0') GTEST_SKIP() << "there is no PTX: pnpm run setup --only kernels";
    Sessions::SetUp();
  }

  static Frame frame(unsigned seed) {
    Frame made = gpu_image::frameOf({"", {33, kSide, 0, kSide}, {25, 9, 0, 9}, kSide, kSide, 0, 1},
                                    seed % 2 == 1, seed);
    made.picture.conversion = gpu_image::conversions().front();
    made.picture.conversion.layout = image::Layout::nchw;
    return made;
  }

  static PictureTarget& pictures(edge::Request& request) { return dynamic_cast<PictureTarget&>(request); }

  static std::vector<std::uint8_t> bytes(const Buffer& buffer) {
    const auto* first = static_cast<const std::uint8_t*>(buffer.data());
    return {first, first + buffer.bytes()};
  }

  static std::vector<float> floats(const std::vector<std::uint8_t>& raw) {
    std::vector<float> values(raw.size() / sizeof(float));
    std::memcpy(values.data(), raw.data(), raw.size());
    return values;
  }

  /// Fills the second input, and says what the model gives for the first.
  static std::vector<float> expect(const edge::Request& request, const std::vector<std::uint8_t>& x) {
    std::vector<float> sums = floats(x);
    auto* b = static_cast<float*>(request.inputs()[1]->data());
    for (std::size_t i = 0; i < sums.size(); ++i) {
      b[i] = static_cast<float>(i % 7);
      sums[i] += b[i];
    }
    return sums;
  }

  static RunSettings transferred(Transfer transfer) {
    RunSettings settings;
    settings.transfer = transfer;
    return settings;
  }
};
INSTANTIATE_TEST_SUITE_P(Major, SessionPictures, testing::Values(10, 11));

TEST_P(SessionPictures, BecomeTheInputOfOneRun) {
  const auto plan = planOf(sumModel());
  for (const Transfer transfer : {Transfer::mapped, Transfer::copied}) {
    const auto session = open(plan, transferred(transfer));
    const auto request = session->createRequest();
    for (unsigned seed = 0; seed < 4; ++seed) {
      const Frame made = frame(seed);
      const std::vector<std::uint8_t> x = gpu_image::byTheProcessor(made);
      const std::vector<float> y = expect(*request, x);
      pictures(*request).writePicture(0, made.picture);
      request->run();
      EXPECT_EQ(bytes(*request->inputs()[0]), x) << "the buffer holds what the model saw";
      EXPECT_EQ(output(*request), y);
      request->run();
      EXPECT_EQ(output(*request), y) << "from the buffer, where it still is";
    }
    std::memset(request->inputs()[0]->data(), 0, request->inputs()[0]->bytes());
    const std::vector<float> y = expect(*request, bytes(*request->inputs()[0]));
    request->run();
    EXPECT_EQ(output(*request), y) << "no picture comes again";
    EXPECT_EQ(request->graphRefusal(), "");
    EXPECT_EQ(request->phases().front().name, "preprocess");
  }
  EXPECT_GE(gpu().calls("cuGraphLaunch"), 14) << "graphs are recorded once, and not for each picture";
  EXPECT_EQ(gpu().calls("cuStreamBeginCapture_v2"), 2);
}

TEST_P(SessionPictures, AreNotUploadedAsTensorsToo) {
  const auto session = open(planOf(sumModel()), transferred(Transfer::copied));
  const auto request = session->createRequest();
  const auto uploads = [&](bool picture) {
    const Frame made = frame(0);
    if (picture) pictures(*request).writePicture(0, made.picture);
    const std::int64_t before = gpu().calls("cuMemcpyHtoDAsync_v2");
    request->run();
    return gpu().calls("cuMemcpyHtoDAsync_v2") - before;
  };
  EXPECT_EQ(uploads(false), 2);
  EXPECT_EQ(uploads(true), 3) << "the other input, weights and tables, pixels";
  EXPECT_EQ(uploads(true), 2) << "the other input, pixels";
}

TEST_P(SessionPictures, AreForgottenWhereARunFailsOrDoesNotCome) {
  const auto session = open(planOf(sumModel()), transferred(Transfer::copied));
  const auto request = session->createRequest();
  const Frame made = frame(0);
  const std::vector<std::uint8_t> zeros(request->inputs()[0]->bytes());
  const auto runsOnZeros = [&] {
    std::memset(request->inputs()[0]->data(), 0, zeros.size());
    const std::vector<float> y = expect(*request, zeros);
    request->run();
    EXPECT_EQ(output(*request), y);
  };
  pictures(*request).writePicture(0, made.picture);
  gpu().fail("cuLaunchKernel", 2, 719, 1);
  EXPECT_ERROR(errorOf([&] { request->run(); }), ErrorCode::DEVICE_FAILED, "cuLaunchKernel");
  runsOnZeros();
  pictures(*request).writePicture(0, made.picture);
  pictures(*request).forgetPictures();
  runsOnZeros();
  pictures(*request).writePicture(0, made.picture);
  gpu_image::Picture cut = made.picture;
  --cut.pixels.bytes;
  EXPECT_ERROR(errorOf([&] { pictures(*request).writePicture(0, cut); }), ErrorCode::SHAPE_MISMATCH, "bytes");
  runsOnZeros();
}

TEST_P(SessionPictures, AreRefusedWhereTheyAreNotTheInputs) {
  const auto session = open(planOf(sumModel()));
  const auto request = session->createRequest();
  const auto refusal = [&](void (*change)(gpu_image::Picture&)) {
    Frame made = frame(0);
    change(made.picture);
    return errorOf([&] { pictures(*request).writePicture(0, made.picture); });
  };
  EXPECT_ERROR(refusal([](gpu_image::Picture& picture) { picture.conversion.dtype = DType::float16; }),
               ErrorCode::INVALID_ARGUMENT, "float16");
  EXPECT_ERROR(refusal([](gpu_image::Picture& picture) { ++picture.width; }), ErrorCode::SHAPE_MISMATCH,
               "1728 bytes");

  const auto context = cuda::PrimaryContext::retain(cuda::Driver::load({{CUDA_DOUBLE, "the test"}}), 0);
  cuda::DeviceMemory memory(context, request->inputs()[0]->bytes());
  std::memset(memory.pointer(), 0, memory.bytes());
  const Frame made = frame(0);
  pictures(*request).writePicture(0, made.picture);
  request->readInputFromDevice(0, memory.address());
  EXPECT_ERROR(errorOf([&] { pictures(*request).writePicture(0, made.picture); }),
               ErrorCode::INVALID_ARGUMENT, "an address");
  const std::vector<float> y = expect(*request, std::vector<std::uint8_t>(memory.bytes()));
  request->run();
  EXPECT_EQ(output(*request), y) << "the address was said last";
}

TEST_P(SessionPictures, LeaveNothingBehindWhicheverCallOfTheDriverFails) {
  const auto plan = planOf(sumModel());
  // One way each, since it takes long: the versions do not differ in this.
  const Transfer transfer = GetParam() == 10 ? Transfer::mapped : Transfer::copied;
  int errors = 0;
  for (std::int64_t nth = 1;; ++nth) {
    gpu().reset();
    gpu().fail("*", nth, 719, 1);
    try {
      const auto session = open(plan, transferred(transfer));
      const auto request = session->createRequest();
      for (unsigned seed = 0; seed < 3; ++seed) {
        const Frame made = frame(seed);
        pictures(*request).writePicture(0, made.picture);
        request->run();
      }
    } catch (const Error& error) {
      ++errors;
      EXPECT_NE(error.code(), ErrorCode::INTERNAL) << nth << ": " << words(error);
    }
    const bool refused = gpu().failed() != 0;
    gpu().fail("*", 0, 0, 0);
    ASSERT_EQ(gpu().live(nullptr), 0) << nth;
    ASSERT_EQ(tensorrt().live(), 0) << nth;
    ASSERT_EQ(liveObjects().requests.load() + liveObjects().buffers.load(), 0) << nth;
    if (!refused) break;
    ASSERT_LT(nth, 2000);
  }
  EXPECT_GT(errors, 60);
}

}  // namespace
}  // namespace edge::tensorrt
