#include "gpu_image/preprocessor.h"

#include <cstring>

#include "cuda_double.h"
#include "gpu_image/kernel_text.h"
#include "pictures.h"

namespace edge::gpu_image {
namespace {

using cuda::thrown;

class PreprocessorOnDouble : public cuda::CudaTest {
 protected:
  void SetUp() override {
    if (*kernelText() == '\0') GTEST_SKIP() << "there is no PTX: pnpm run setup --only kernels";
    CudaTest::SetUp();
  }

  /// What the kernels write, and a byte behind it, which is theirs to leave alone.
  static std::vector<std::uint8_t> run(Preprocessor& preprocessor, const Picture& picture) {
    const cuda::SharedContext shared = context();
    cuda::Stream stream(shared);
    const cuda::DeviceMemory target(shared, tensorBytes(picture));
    const cuda::ContextScope scope(*shared);
    preprocessor.prepare(picture);
    preprocessor.putOnStream(stream, target.address());
    stream.synchronize();
    const auto* first = static_cast<const std::uint8_t*>(target.pointer());
    return {first, first + target.bytes()};
  }

  /// The same frame in memory of the GPU.
  static std::vector<std::uint8_t> runFromDevice(Preprocessor& preprocessor, const Frame& frame) {
    const cuda::DeviceMemory memory(context(), frame.bytes.size());
    std::memcpy(memory.pointer(), frame.bytes.data(), frame.bytes.size());
    Picture picture = frame.picture;
    picture.pixels = {nullptr, 0, memory.address()};
    return run(preprocessor, picture);
  }
};

constexpr std::size_t kWidth = 33;
constexpr std::size_t kHeight = 25;

TEST_F(PreprocessorOnDouble, GivesTheProcessorsBytesForEveryKernelSizeAndSource) {
  const std::vector<image::Conversion> all = conversions();
  Preprocessor preprocessor(context());
  unsigned seed = 0;
  for (const Way& way : ways(kWidth, kHeight)) {
    for (const image::Kernel kernel :
         {image::Kernel::nearest, image::Kernel::bilinear, image::Kernel::bicubic, image::Kernel::lanczos}) {
      for (const bool antialias : {false, true}) {
        for (const bool nv12 : {false, true}) {
          Frame frame = frameOf(way, nv12, seed);
          frame.picture.kernel = kernel;
          frame.picture.antialias = antialias;
          frame.picture.conversion = all[seed % all.size()];
          const std::vector<std::uint8_t> expected = byTheProcessor(frame);
          ASSERT_EQ(run(preprocessor, frame.picture), expected) << way.name << ", seed " << seed;
          ASSERT_EQ(runFromDevice(preprocessor, frame), expected)
              << way.name << " of the GPU's, seed " << seed;
          ++seed;
        }
      }
    }
  }
}

TEST_F(PreprocessorOnDouble, GivesTheProcessorsBytesForEveryDtypeLayoutAndOrder) {
  Preprocessor preprocessor(context());
  const std::vector<Way> all = ways(kWidth, kHeight);
  for (const image::Conversion& conversion : conversions()) {
    Frame frame = frameOf(all[5], false, 1);
    frame.picture.kernel = image::Kernel::lanczos;
    frame.picture.conversion = conversion;
    EXPECT_EQ(run(preprocessor, frame.picture), byTheProcessor(frame)) << name(conversion.dtype);
  }
}

TEST_F(PreprocessorOnDouble, TakesEveryWidthAndHeightOfNv12AndEveryFirstRow) {
  Preprocessor preprocessor(context());
  for (std::size_t width = 1; width < 5; ++width) {
    for (std::size_t height = 1; height < 6; ++height) {
      for (std::size_t first = 0; first < height; ++first) {
        const Way way{"",    {width, width, 0, width}, {height, height, first, height - first},
                      width, height - first,           0,
                      0};
        Frame frame = frameOf(way, true, static_cast<unsigned>(width + height));
        frame.picture.conversion = conversions().front();
        EXPECT_EQ(run(preprocessor, frame.picture), byTheProcessor(frame)) << width << "x" << height;
      }
    }
  }
}

TEST_F(PreprocessorOnDouble, KeepsItsMemoryAndWhatItLooksUp) {
  Preprocessor preprocessor(context());
  const std::vector<Way> all = ways(kWidth, kHeight);
  const auto picture = [&](std::size_t way, std::size_t conversion) {
    Frame frame = frameOf(all[way], false, 7);
    frame.picture.conversion = conversions()[conversion];
    return frame;
  };
  const auto costs = [&](const Frame& frame) {
    const std::int64_t copies = control().calls("cuMemcpyHtoDAsync_v2");
    const std::int64_t allocations = control().calls("cuMemAlloc_v2") + control().calls("cuMemHostAlloc");
    EXPECT_EQ(run(preprocessor, frame.picture), byTheProcessor(frame));
    return std::pair(control().calls("cuMemcpyHtoDAsync_v2") - copies,
                     control().calls("cuMemAlloc_v2") + control().calls("cuMemHostAlloc") - allocations - 1);
  };
  using Costs = std::pair<std::int64_t, std::int64_t>;
  EXPECT_EQ(costs(picture(1, 0)), Costs(2, 5))
      << "constants and pixels, each in two places, and what lies between";
  EXPECT_EQ(costs(picture(1, 0)), Costs(1, 0)) << "pixels alone";
  EXPECT_EQ(costs(picture(1, 3)), Costs(1, 0)) << "layout and order are looked up nowhere";
  EXPECT_EQ(costs(picture(1, 4)), Costs(2, 0)) << "other values";
  EXPECT_EQ(costs(picture(0, 4)), Costs(2, 0)) << "smaller ones fit";
  EXPECT_EQ(control().calls("cuModuleLoadDataEx"), 1);
}

TEST_F(PreprocessorOnDouble, LooksUpOtherValuesWhereAnythingThatTheyFollowFromIsOther) {
  Preprocessor preprocessor(context());
  Frame frame = frameOf(ways(kWidth, kHeight)[3], false, 7);
  Picture& picture = frame.picture;
  picture.conversion = conversions().back();
  const auto changed = [&](auto change) {
    change();
    return run(preprocessor, picture) == byTheProcessor(frame);
  };
  EXPECT_TRUE(changed([] {}));
  EXPECT_TRUE(changed([&] { picture.kernel = image::Kernel::lanczos; }));
  EXPECT_TRUE(changed([&] { --picture.columns.to; }));
  EXPECT_TRUE(changed([&] { ++picture.columns.first; }));
  EXPECT_TRUE(changed([&] { --picture.rows.to; }));
  EXPECT_TRUE(changed([&] { --picture.rows.first; }));
  EXPECT_TRUE(changed([&] { picture.conversion.mean[1] = 90; }));
  EXPECT_TRUE(changed([&] { picture.conversion.std[2] = 40; }));
  EXPECT_TRUE(changed([&] { picture.conversion.quantization->scale = 0.03; }));
  EXPECT_TRUE(changed([&] { picture.conversion.quantization->zeroPoint = 5; }));
  EXPECT_TRUE(changed([&] { picture.conversion.quantization.reset(); }));
  EXPECT_TRUE(changed([&] { picture.conversion.dtype = DType::float32; }));
}

TEST_F(PreprocessorOnDouble, SharesTheKernelsOfAContext) {
  {
    const Preprocessor one(context());
    const Preprocessor two(context());
    EXPECT_EQ(control().live("modules"), 1);
  }
  EXPECT_EQ(control().live("modules"), 0);
}

TEST_F(PreprocessorOnDouble, BringsWhatItLooksUpAgainWhereThatDidNotArrive) {
  Frame frame = frameOf(ways(kWidth, kHeight)[0], true, 3);
  frame.picture.conversion = conversions().front();
  for (const char* call : {"cuMemcpyHtoDAsync_v2", "cuLaunchKernel", "cuMemAlloc_v2", "cuMemHostAlloc"}) {
    for (int nth = 1; nth <= 2; ++nth) {
      Preprocessor preprocessor(context());
      control().fail(call, nth, cuda::abi::kUnknown, 1);
      EXPECT_EQ(thrown([&] { run(preprocessor, frame.picture); }).code(), ErrorCode::DEVICE_FAILED) << call;
      EXPECT_EQ(run(preprocessor, frame.picture), byTheProcessor(frame)) << call;
    }
  }
}

TEST_F(PreprocessorOnDouble, RefusesMemoryThatIsNotThere) {
  Preprocessor preprocessor(context());
  Frame frame = frameOf(ways(kWidth, kHeight)[0], true, 0);
  frame.picture.conversion = conversions().front();
  --frame.picture.pixels.bytes;
  EXPECT_EQ(thrown([&] { preprocessor.prepare(frame.picture); }).code(), ErrorCode::SHAPE_MISMATCH);
  frame.picture.pixels = {nullptr, 0, 4096};
  EXPECT_EQ(thrown([&] { preprocessor.prepare(frame.picture); }).code(), ErrorCode::INVALID_ARGUMENT);
  const cuda::DeviceMemory small(context(), frame.bytes.size() - 1);
  frame.picture.pixels.address = small.address();
  EXPECT_EQ(thrown([&] { preprocessor.prepare(frame.picture); }).code(), ErrorCode::INVALID_ARGUMENT);
}

TEST_F(PreprocessorOnDouble, SaysWhatTheDriversCompilerSays) {
  control().set("compute=6.1");
  const Error error = thrown([] { const Preprocessor preprocessor(context()); });
  EXPECT_EQ(error.code(), ErrorCode::DEVICE_FAILED);
  EXPECT_NE(error.text().summary.find("the preprocessing of pictures"), std::string::npos);
}

}  // namespace
}  // namespace edge::gpu_image
