#include "napi/image_functions.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "image/pixel_writer.h"
#include "napi/arguments.h"
#include "napi/js_error.h"
#include "napi/resample_worker.h"

namespace edge::js {
namespace {

constexpr std::int64_t kMostSide = 65536;
// Longer than any format that is decoded allows, and than any of which a part is cut out.
constexpr std::int64_t kMostAxis = 1073741824;

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

void checkSize(const char* what, std::size_t expected, std::size_t found) {
  if (expected == found) return;
  throw Error(ErrorCode::SHAPE_MISMATCH, {std::string(what) + " is of the wrong size",
                                          std::to_string(expected) + " bytes", std::to_string(found), ""});
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

}  // namespace

Napi::Value resamplePixels(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Arguments options(info[0]);
    image::Resampling resampling;
    resampling.channels = static_cast<std::size_t>(options.integer("channels", 1, 4));
    resampling.kernel = kernelOf(options.string("kernel"));
    resampling.antialias = options.boolean("antialias");
    resampling.columns = axisOf(Arguments(options.any("columns")));
    resampling.rows = axisOf(Arguments(options.any("rows")));
    // Last of all, since a getter may detach it.
    const Napi::Uint8Array pixels = bytesOf("pixels", options.any("pixels"));
    checkSize("the array of pixels", resampling.columns.from * resampling.rows.from * resampling.channels,
              pixels.ByteLength());
    return ResampleWorker::start(info.Env(), resampling, pixels);
  });
}

Napi::Value writePixels(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Arguments options(info[0]);
    const auto width = static_cast<std::size_t>(options.integer("width", 1, kMostSide));
    const auto height = static_cast<std::size_t>(options.integer("height", 1, kMostSide));
    const auto channels = static_cast<std::size_t>(options.integer("channels", 1, image::kMostChannels));
    const image::Conversion conversion = conversionOf(options, channels);
    const auto offset = static_cast<std::size_t>(options.integer("byteOffset", 0, INT32_MAX));
    // Reading a property may run a getter, which may detach any buffer: memory is looked at only when both
    // are read.
    const Napi::Value source = options.any("pixels");
    const Napi::Value target = options.any("target");
    const Napi::Uint8Array pixels = bytesOf("pixels", source);
    checkSize("the array of pixels", width * height * channels, pixels.ByteLength());
    if (!target.IsArrayBuffer()) {
      throw Error(ErrorCode::INVALID_ARGUMENT,
                  {"the property target is not what the addon needs", "an ArrayBuffer", "", ""});
    }
    auto memory = target.As<Napi::ArrayBuffer>();
    const std::size_t element = elementBytes(conversion.dtype);
    const std::size_t needed = width * height * channels * element;
    if (memory.ByteLength() == 0) {
      throw Error(ErrorCode::SESSION_DISPOSED,
                  {"pixels were written to a tensor that was disposed", "", "", ""});
    }
    if (offset % element != 0 || offset > memory.ByteLength() || memory.ByteLength() - offset < needed) {
      throw Error(ErrorCode::SHAPE_MISMATCH,
                  {"the picture does not fit the tensor",
                   std::to_string(needed) + " bytes at a multiple of " + std::to_string(element),
                   std::to_string(memory.ByteLength()) + " bytes, offset " + std::to_string(offset), ""});
    }
    image::writePixels(pixels.Data(), width * height, channels, conversion,
                       static_cast<std::uint8_t*>(memory.Data()) + offset);
    return info.Env().Undefined();
  });
}

}  // namespace edge::js
