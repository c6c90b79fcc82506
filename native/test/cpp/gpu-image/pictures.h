#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gpu_image/picture.h"

/// Pictures for tests, and what the processor makes of them.
namespace edge::gpu_image {

/// A picture's bytes, the same for the same seed.
std::vector<std::uint8_t> noise(std::size_t bytes, unsigned seed);

/// How a picture is laid out and what becomes of it, for every way that there is.
struct Way {
  std::string name;
  image::Axis columns;
  image::Axis rows;
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t x = 0;
  std::size_t y = 0;
};

/// Smaller, larger, cut out, surrounded by padding, and as they are, of a picture of `width × height`.
std::vector<Way> ways(std::size_t width, std::size_t height);

/// Every dtype, with and without quantization, in both layouts and orders of the channels.
std::vector<image::Conversion> conversions();

/// A picture of noise, rows padded.
struct Frame {
  Picture picture;
  std::vector<std::uint8_t> bytes;
};
Frame frameOf(const Way& way, bool nv12, unsigned seed);

/// The tensor's bytes as the processor makes them: NV12 to RGB, image::resample, padding, image::writePixels.
std::vector<std::uint8_t> byTheProcessor(const Frame& frame);

}  // namespace edge::gpu_image
