#include "pictures.h"

#include <algorithm>
#include <random>

#include "image/resampler.h"

namespace edge::gpu_image {
namespace {

std::vector<std::uint8_t> rgbOf(const Frame& frame) {
  const Picture& picture = frame.picture;
  const std::size_t width = picture.columns.from;
  const std::size_t height = picture.rows.from;
  std::vector<std::uint8_t> rgb(width * height * 3);
  if (picture.nv12) {
    nv12ToRgb(*picture.nv12, frame.bytes.data(), width, height, rgb.data());
    return rgb;
  }
  for (std::size_t row = 0; row < height; ++row) {
    std::copy_n(frame.bytes.data() + row * picture.rowBytes, width * 3, rgb.data() + row * width * 3);
  }
  return rgb;
}

}  // namespace

std::vector<std::uint8_t> noise(std::size_t bytes, unsigned seed) {
  std::minstd_rand numbers(seed + 1);
  std::vector<std::uint8_t> result(bytes);
  // Flat stretches between the noise, so that sums also come to both ends.
  for (std::size_t i = 0; i < bytes; ++i) {
    const auto number = static_cast<unsigned>(numbers() >> 8U);
    result[i] =
        i / 16 % 3 == 0 ? static_cast<std::uint8_t>(i / 48 % 2 * 255) : static_cast<std::uint8_t>(number);
  }
  return result;
}

std::vector<Way> ways(std::size_t width, std::size_t height) {
  return {
      {"smaller", {width, 7, 0, 7}, {height, 5, 0, 5}, 7, 5, 0, 0},
      {"larger", {width, 71, 0, 71}, {height, 50, 0, 50}, 71, 50, 0, 0},
      {"a part of a smaller one", {width, 20, 3, 9}, {height, 15, 5, 8}, 9, 8, 0, 0},
      {"a part of a larger one", {width, 60, 21, 16}, {height, 44, 33, 11}, 16, 11, 0, 0},
      {"surrounded", {width, 12, 0, 12}, {height, 9, 0, 9}, 12, 14, 0, 3},
      {"surrounded on all sides", {width, 12, 1, 10}, {height, 9, 2, 6}, 15, 13, 4, 5},
      {"as it is", {width, width, 0, width}, {height, height, 0, height}, width, height, 0, 0},
      {"columns as they are", {width, width, 0, width}, {height, 6, 1, 5}, width, 5, 0, 0},
      {"rows as they are", {width, 8, 0, 8}, {height, height, 0, height}, 8, height, 0, 0},
      {"a part as it is", {width, width, 2, 5}, {height, height, 3, 7}, 5, 7, 0, 0},
      {"a pixel", {width, 1, 0, 1}, {height, 1, 0, 1}, 1, 1, 0, 0},
  };
}

std::vector<image::Conversion> conversions() {
  std::vector<image::Conversion> all;
  for (const DType dtype : {DType::float32, DType::float16, DType::uint8, DType::int8}) {
    for (const image::Layout layout : {image::Layout::nhwc, image::Layout::nchw}) {
      for (const bool swap : {false, true}) {
        image::Conversion conversion;
        conversion.mean = {123.675, 116.28, 103.53};
        conversion.std = {58.395, 57.12, 57.375};
        conversion.swapRedBlue = swap;
        conversion.layout = layout;
        conversion.dtype = dtype;
        if (dtype == DType::int8) conversion.quantization = Quantization{0.0186, -14};
        if (dtype == DType::uint8) {
          conversion.mean = {0, 0, 0};
          conversion.std = {1, 1, 1};
        }
        all.push_back(conversion);
      }
    }
  }
  return all;
}

Frame frameOf(const Way& way, bool nv12, unsigned seed) {
  Frame frame;
  Picture& picture = frame.picture;
  picture.columns = way.columns;
  picture.rows = way.rows;
  picture.width = way.width;
  picture.height = way.height;
  picture.x = way.x;
  picture.y = way.y;
  picture.pad = {9, 114, 201};
  const std::size_t width = way.columns.from;
  const std::size_t height = way.rows.from;
  if (nv12) {
    picture.rowBytes = width + 3;
    const Matrix matrix = seed % 2 == 0 ? Matrix::bt601 : Matrix::bt709;
    const Range range = seed % 4 < 2 ? Range::limited : Range::full;
    picture.nv12 = Nv12Layout{picture.rowBytes, height * picture.rowBytes + 5, width + 6, matrix, range};
  } else {
    picture.rowBytes = width * 3 + 4;
  }
  frame.bytes = noise(frameBytes(picture), seed);
  picture.pixels = {frame.bytes.data(), frame.bytes.size(), std::nullopt};
  return frame;
}

std::vector<std::uint8_t> byTheProcessor(const Frame& frame) {
  const Picture& picture = frame.picture;
  const std::vector<std::uint8_t> rgb = rgbOf(frame);
  const image::Resampling resampling{3, picture.columns, picture.rows, picture.kernel, picture.antialias};
  const std::size_t length = picture.columns.count * 3;
  std::vector<std::uint8_t> part(picture.rows.count * length);
  image::resample(resampling, rgb.data(), part.data());
  std::vector<std::uint8_t> canvas;
  for (std::size_t i = 0; i < picture.width * picture.height; ++i) {
    canvas.insert(canvas.end(), picture.pad.begin(), picture.pad.end());
  }
  for (std::size_t row = 0; row < picture.rows.count; ++row) {
    std::copy_n(part.data() + row * length, length,
                canvas.data() + ((picture.y + row) * picture.width + picture.x) * 3);
  }
  std::vector<std::uint8_t> tensor(tensorBytes(picture));
  image::writePixels(canvas.data(), picture.width * picture.height, 3, picture.conversion, tensor.data());
  return tensor;
}

}  // namespace edge::gpu_image
