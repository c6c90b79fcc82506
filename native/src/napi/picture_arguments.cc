#include "napi/picture_arguments.h"

#include <cmath>
#include <string>

#include "core/error.h"
#include "napi/arguments.h"
#include "napi/image_arguments.h"

namespace edge::js {
namespace {

bool isNv12(const std::string& format) {
  if (format != "rgb" && format != "nv12") {
    throw Error(ErrorCode::INVALID_ARGUMENT, {"the format is unknown", "rgb or nv12", format, ""});
  }
  return format == "nv12";
}

std::array<std::uint8_t, 3> colourOf(const Arguments& options, const char* key) {
  std::array<std::uint8_t, 3> colour{};
  const std::vector<double> values = options.numbers(key, colour.size());
  for (std::size_t i = 0; i < colour.size(); ++i) {
    if (values[i] >= 0 && values[i] <= UINT8_MAX && std::floor(values[i]) == values[i]) {
      colour.at(i) = static_cast<std::uint8_t>(values[i]);
      continue;
    }
    throw Error(ErrorCode::INVALID_ARGUMENT, {std::string("the property ") + key + " is no colour",
                                              "whole numbers from 0 to 255", std::to_string(values[i]), ""});
  }
  return colour;
}

gpu_image::Pixels pixelsOf(const Napi::Value& value) {
  if (value.IsBigInt()) {
    bool lossless = false;
    const std::uint64_t address = value.As<Napi::BigInt>().Uint64Value(&lossless);
    if (!lossless) {
      throw Error(ErrorCode::INVALID_ARGUMENT, {"the address is not one", "a bigint of 64 bits", "", ""});
    }
    return {nullptr, 0, address};
  }
  const Napi::Uint8Array bytes = bytesOf("pixels", value);
  return {bytes.Data(), bytes.ByteLength(), std::nullopt};
}

}  // namespace

gpu_image::Picture pictureOf(const Napi::Value& value) {
  const Arguments options(value);
  gpu_image::Picture picture;
  picture.rowBytes = static_cast<std::size_t>(options.integer("rowBytes", 1, INT32_MAX));
  if (isNv12(options.string("format"))) {
    picture.nv12 = nv12LayoutOf(Arguments(options.any("chroma")), picture.rowBytes);
  }
  picture.columns = axisOf(Arguments(options.any("columns")));
  picture.rows = axisOf(Arguments(options.any("rows")));
  picture.kernel = kernelOf(options.string("kernel"));
  picture.antialias = options.boolean("antialias");
  picture.width = static_cast<std::size_t>(options.integer("width", 1, kMostSide));
  picture.height = static_cast<std::size_t>(options.integer("height", 1, kMostSide));
  picture.x = static_cast<std::size_t>(options.integer("x", 0, kMostSide));
  picture.y = static_cast<std::size_t>(options.integer("y", 0, kMostSide));
  picture.pad = colourOf(options, "pad");
  picture.conversion = conversionOf(options, image::kMostChannels);
  // Last of all, since a getter may detach it.
  picture.pixels = pixelsOf(options.any("pixels"));
  return picture;
}

}  // namespace edge::js
