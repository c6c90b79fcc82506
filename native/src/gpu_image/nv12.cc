#include "gpu_image/nv12.h"

#include <string>

#include "core/error.h"

namespace edge::gpu_image {
namespace {

/// A number over 2^kFactorBits, rounded to the nearest.
constexpr int fixed(double value) {
  return static_cast<int>(value * (1U << kFactorBits) + (value < 0 ? -0.5 : 0.5));
}

/// From the weights of red and blue in luma, as both standards define the difference signals.
constexpr Nv12Factors factorsOf(double red, double blue, Range range) {
  const double green = 1 - red - blue;
  const double luma = range == Range::full ? 1 : 255.0 / 219;
  const double chroma = range == Range::full ? 1 : 255.0 / 224;
  return {range == Range::full ? 0 : 16,
          fixed(luma),
          fixed(2 * (1 - red) * chroma),
          fixed(-2 * (1 - blue) * blue / green * chroma),
          fixed(-2 * (1 - red) * red / green * chroma),
          fixed(2 * (1 - blue) * chroma)};
}

// What OpenCV's COLOR_YUV2RGB_NV12 multiplies with.
constexpr Nv12Factors kLimited601{16, 1220542, 1673527, -409993, -852492, 2116026};
constexpr Nv12Factors kFull601 = factorsOf(0.299, 0.114, Range::full);
constexpr Nv12Factors kLimited709 = factorsOf(0.2126, 0.0722, Range::limited);
constexpr Nv12Factors kFull709 = factorsOf(0.2126, 0.0722, Range::full);

void checkRow(const char* what, std::size_t found, std::size_t least) {
  if (found >= least) return;
  throw Error(ErrorCode::INVALID_ARGUMENT,
              {std::string("a frame's rows of ") + what + " are shorter than its width",
               std::to_string(least) + " bytes or more", std::to_string(found), ""});
}

}  // namespace

Nv12Factors nv12Factors(Matrix matrix, Range range) noexcept {
  if (matrix == Matrix::bt709) return range == Range::full ? kFull709 : kLimited709;
  return range == Range::full ? kFull601 : kLimited601;
}

std::size_t nv12Bytes(const Nv12Layout& layout, std::size_t width, std::size_t height) {
  const std::size_t pairs = chromaRowLength(width);
  checkRow("luma", layout.rowBytes, width);
  checkRow("chroma", layout.chromaRowBytes, pairs);
  const std::size_t luma = (height - 1) * layout.rowBytes + width;
  if (layout.chromaOffset < luma) {
    throw Error(ErrorCode::INVALID_ARGUMENT,
                {"a frame's chroma begins within its luma", std::to_string(luma) + " bytes or more",
                 std::to_string(layout.chromaOffset), ""});
  }
  return layout.chromaOffset + ((height + 1) / 2 - 1) * layout.chromaRowBytes + pairs;
}

void nv12ToRgb(const Nv12Layout& layout, const std::uint8_t* frame, std::size_t width, std::size_t height,
               std::uint8_t* target) {
  const Nv12Rows work{frame,
                      frame + layout.chromaOffset,
                      target,
                      layout.rowBytes,
                      layout.chromaRowBytes,
                      static_cast<unsigned>(width),
                      static_cast<unsigned>(height),
                      0,
                      nv12Factors(layout.matrix, layout.range)};
  for (unsigned y = 0; y < work.rows; ++y) {
    for (unsigned x = 0; x < work.width; ++x) convertNv12(work, x, y);
  }
}

}  // namespace edge::gpu_image
