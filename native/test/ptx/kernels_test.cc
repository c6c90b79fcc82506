#include <gtest/gtest.h>

#include <utility>

#include "gpu_image/constants.h"
#include "gpu_image/kernel_text.h"
#include "gpu_image/kernels/pixel_arithmetic.h"
#include "machine.h"
#include "pictures.h"

namespace edge::gpu_image {
namespace {

using Memory = ptx::Range;

/// The very PTX that the addon carries, run instruction by instruction on the processor.
class KernelsAsPtx : public testing::Test {
 protected:
  void SetUp() override {
    if (*kernelText() == '\0') GTEST_SKIP() << "there is no PTX: pnpm run setup --only kernels";
  }

  template <typename Work>
  void launch(const char* name, const Work& work, std::size_t columns, std::size_t rows,
              const std::vector<Memory>& memory) const {
    const ptx::Entry& entry = entries_.at(name);
    ASSERT_EQ(entry.parameterBytes, sizeof(Work)) << name;
    const auto blocks = [](std::size_t pixels, std::uint32_t side) {
      return static_cast<std::uint32_t>((pixels + side - 1) / side);
    };
    ASSERT_NO_THROW(ptx::run(entry, &work, {{blocks(columns, 8), blocks(rows, 4)}, {8, 4}}, memory)) << name;
  }

  /// All three kernels on one frame.
  std::vector<std::uint8_t> run(const Frame& frame) const {
    const Picture& picture = frame.picture;
    Constants constants;
    constants.fit(picture);
    const std::vector<std::uint8_t>& bytes = constants.bytes();
    const Memory readable{bytes.data(), bytes.size(), false};
    const auto numbers = [&](std::size_t place) {
      return reinterpret_cast<const int*>(bytes.data() + place);
    };
    const auto firsts = [&](std::size_t place) {
      return reinterpret_cast<const unsigned*>(bytes.data() + place);
    };
    const auto rows = static_cast<unsigned>(constants.neededRows());
    const std::size_t first = constants.firstRow();

    std::vector<std::uint8_t> source(
        frame.bytes.begin() + static_cast<std::ptrdiff_t>(first * picture.rowBytes), frame.bytes.end());
    std::size_t stride = picture.rowBytes;
    if (picture.nv12) {
      const std::size_t width = picture.columns.from;
      std::vector<std::uint8_t> rgb(rows * width * 3);
      const std::size_t chroma = picture.nv12->chromaOffset + first / 2 * picture.nv12->chromaRowBytes;
      const Nv12Rows work{source.data(),
                          frame.bytes.data() + chroma,
                          rgb.data(),
                          picture.rowBytes,
                          picture.nv12->chromaRowBytes,
                          static_cast<unsigned>(width),
                          rows,
                          static_cast<unsigned>(first % 2),
                          nv12Factors(picture.nv12->matrix, picture.nv12->range)};
      launch("edge_convert_nv12", work, width, rows,
             {{source.data(), source.size(), false},
              {frame.bytes.data(), frame.bytes.size(), false},
              {rgb.data(), rgb.size(), true}});
      source = std::move(rgb);
      stride = width * 3;
    }
    const auto count = static_cast<unsigned>(picture.columns.count);
    if (!constants.keepsColumns()) {
      std::vector<std::uint8_t> narrowed(std::size_t{count} * 3 * rows);
      const ColumnPass work{source.data(),
                            narrowed.data(),
                            firsts(constants.columns().first),
                            numbers(constants.columns().weights),
                            stride,
                            constants.columns().taps,
                            count,
                            rows};
      launch("edge_pass_columns", work, count, rows,
             {readable, {source.data(), source.size(), false}, {narrowed.data(), narrowed.size(), true}});
      source = std::move(narrowed);
      stride = std::size_t{count} * 3;
    }
    std::vector<std::uint8_t> tensor(tensorBytes(picture));
    const bool planes = picture.conversion.layout == image::Layout::nchw;
    const RowPass work{source.data(),
                       firsts(constants.rows().first),
                       numbers(constants.rows().weights),
                       bytes.data() + constants.table(),
                       tensor.data(),
                       stride,
                       planes ? 1U : 3U,
                       planes ? picture.width * picture.height : 1,
                       constants.rows().taps,
                       count,
                       static_cast<unsigned>(picture.rows.count),
                       static_cast<unsigned>(picture.x),
                       static_cast<unsigned>(picture.y),
                       static_cast<unsigned>(picture.width),
                       static_cast<unsigned>(picture.height),
                       static_cast<unsigned>(elementBytes(picture.conversion.dtype)),
                       picture.conversion.swapRedBlue ? 1U : 0U,
                       {picture.pad[0], picture.pad[1], picture.pad[2]}};
    launch("edge_pass_rows", work, picture.width, picture.height,
           {readable, {source.data(), source.size(), false}, {tensor.data(), tensor.size(), true}});
    return tensor;
  }

  const std::map<std::string, ptx::Entry> entries_ = ptx::read(kernelText());
};

TEST_F(KernelsAsPtx, GiveTheProcessorsBytesForEveryWayAndConversion) {
  constexpr std::size_t kWidth = 21;
  constexpr std::size_t kHeight = 17;
  const std::vector<image::Conversion> all = conversions();
  const std::vector<image::Kernel> kernels{image::Kernel::lanczos, image::Kernel::bilinear,
                                           image::Kernel::bicubic, image::Kernel::nearest};
  unsigned seed = 0;
  for (const Way& way : ways(kWidth, kHeight)) {
    for (const bool nv12 : {false, true}) {
      Frame frame = frameOf(way, nv12, seed);
      frame.picture.kernel = kernels[seed / 2 % kernels.size()];
      frame.picture.antialias = seed % 3 != 0;
      frame.picture.conversion = all[seed % all.size()];
      ASSERT_EQ(run(frame), byTheProcessor(frame)) << way.name << ", seed " << seed;
      ++seed;
    }
  }
  EXPECT_GT(seed, all.size()) << "every conversion was among them";
}

TEST_F(KernelsAsPtx, StayWithinTheirMemory) {
  std::vector<std::uint8_t> frame(64);
  std::vector<std::uint8_t> pixels(48);
  const Nv12Rows work{
      frame.data(), frame.data() + 16, pixels.data(), 4, 4, 4, 4, 0, nv12Factors(Matrix::bt601, Range::full)};
  const ptx::Launch launch{{1, 1}, {8, 4}};
  const ptx::Range all{frame.data(), 24, false};
  EXPECT_NO_THROW(
      ptx::run(entries_.at("edge_convert_nv12"), &work, launch, {all, {pixels.data(), 48, true}}));
  // A byte fewer shows that this would be seen.
  EXPECT_THROW(ptx::run(entries_.at("edge_convert_nv12"), &work, launch, {all, {pixels.data(), 47, true}}),
               std::runtime_error);
  EXPECT_THROW(ptx::run(entries_.at("edge_convert_nv12"), &work, launch, {all, {pixels.data(), 48, false}}),
               std::runtime_error);
  const ptx::Range cut{frame.data(), 23, false};
  EXPECT_THROW(ptx::run(entries_.at("edge_convert_nv12"), &work, launch, {cut, {pixels.data(), 48, true}}),
               std::runtime_error);
}

}  // namespace
}  // namespace edge::gpu_image
