#include "napi/image_arguments.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"

namespace edge::js {
namespace {

// Longer than any format that is decoded allows, and than any of which a part is cut out.
constexpr std::int64_t kMostAxis = 1073741824;
// JavaScript's largest whole number.
constexpr std::int64_t kMostOffset = 9007199254740991;

DType writableDType(const std::string& dtype) {
  for (const DType candidate : {DType::float32, DType::float16, DType::uint8, DType::int8}) {
    if (dtype == name(candidate)) return candidate;
  }
  throw Error(ErrorCode::DTYPE_MISMATCH,
              {"pixels cannot be written into this tensor", "float32, float16, uint8 or int8", dtype, ""});
}

image::Layout layoutOf(const std::string& layout) {
  if (layout == "NHWC") return image::Layout::nhwc;
  if (layout == "NCHW") return image::Layout::nchw;
  throw Error(ErrorCode::INVALID_ARGUMENT, {"the layout is unknown", "NHWC or NCHW", layout, ""});
}

}  // namespace

image::Conversion conversionOf(const Arguments& options, std::size_t channels) {
  image::Conversion conversion;
  const std::vector<double> mean = options.numbers("mean", channels);
  const std::vector<double> std = options.numbers("std", channels);
  if (std::find(std.begin(), std.end(), 0.0) != std.end()) {
    throw Error(ErrorCode::INVALID_ARGUMENT, {"a standard deviation is 0", "numbers other than 0", "", ""});
  }
  std::copy(mean.begin(), mean.end(), conversion.mean.begin());
  std::copy(std.begin(), std.end(), conversion.std.begin());
  conversion.swapRedBlue = options.boolean("swapRedBlue");
  conversion.layout = layoutOf(options.string("layout"));
  conversion.dtype = writableDType(options.string("dtype"));
  if (options.has("quantization")) {
    const Arguments quantization(options.any("quantization"));
    conversion.quantization =
        Quantization{quantization.number("scale"),
                     static_cast<std::int32_t>(quantization.integer("zeroPoint", INT32_MIN, INT32_MAX))};
    if (!(conversion.quantization->scale > 0) || !std::isfinite(conversion.quantization->scale)) {
      throw Error(ErrorCode::INVALID_ARGUMENT,
                  {"a quantization scale is out of range", "a finite number above 0", "", ""});
    }
  }
  return conversion;
}

image::Kernel kernelOf(const std::string& kernel) {
  if (kernel == "nearest") return image::Kernel::nearest;
  if (kernel == "bilinear") return image::Kernel::bilinear;
  if (kernel == "bicubic") return image::Kernel::bicubic;
  if (kernel == "lanczos") return image::Kernel::lanczos;
  throw Error(ErrorCode::INVALID_ARGUMENT,
              {"there is no such kernel", "nearest, bilinear, bicubic or lanczos", kernel, ""});
}

image::Axis axisOf(const Arguments& axis) {
  image::Axis result;
  result.from = static_cast<std::size_t>(axis.integer("from", 1, kMostAxis));
  result.to = static_cast<std::size_t>(axis.integer("to", 1, kMostAxis));
  result.first = static_cast<std::size_t>(axis.integer("first", 0, static_cast<std::int64_t>(result.to) - 1));
  const auto left = static_cast<std::int64_t>(result.to - result.first);
  result.count = static_cast<std::size_t>(axis.integer("count", 1, std::min(left, kMostSide)));
  return result;
}

gpu_image::Nv12Layout nv12LayoutOf(const Arguments& chroma, std::size_t rowBytes) {
  gpu_image::Nv12Layout layout;
  layout.rowBytes = rowBytes;
  layout.chromaOffset = static_cast<std::size_t>(chroma.integer("offset", 0, kMostOffset));
  layout.chromaRowBytes = static_cast<std::size_t>(chroma.integer("rowBytes", 1, INT32_MAX));
  const std::string matrix = chroma.string("matrix");
  if (matrix != "bt601" && matrix != "bt709") {
    throw Error(ErrorCode::INVALID_ARGUMENT, {"the matrix is unknown", "bt601 or bt709", matrix, ""});
  }
  layout.matrix = matrix == "bt709" ? gpu_image::Matrix::bt709 : gpu_image::Matrix::bt601;
  const std::string range = chroma.string("range");
  if (range != "limited" && range != "full") {
    throw Error(ErrorCode::INVALID_ARGUMENT, {"the range is unknown", "limited or full", range, ""});
  }
  layout.range = range == "full" ? gpu_image::Range::full : gpu_image::Range::limited;
  return layout;
}

}  // namespace edge::js
