#include "image/pixel_writer.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "core/error.h"

namespace edge::image {
namespace {

std::vector<std::uint8_t> ramp(std::size_t size) {
  std::vector<std::uint8_t> pixels(size);
  std::iota(pixels.begin(), pixels.end(), std::uint8_t{0});
  return pixels;
}

Conversion identity(DType dtype) {
  Conversion conversion;
  conversion.std = {1, 1, 1};
  conversion.dtype = dtype;
  return conversion;
}

TEST(PixelWriter, NormalisesToFloatExactly) {
  const auto pixels = ramp(std::size_t{256} * 3);
  Conversion conversion;
  conversion.mean = {123.675, 116.28, 103.53};
  conversion.std = {58.395, 57.12, 57.375};
  std::vector<float> values(pixels.size());
  writePixels(pixels.data(), 256, 3, conversion, values.data());
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    EXPECT_EQ(values[i], static_cast<float>((pixels[i] - conversion.mean[i % 3]) / conversion.std[i % 3]));
  }
}

TEST(PixelWriter, WritesPlanesAndSwapsRedAndBlue) {
  const std::vector<std::uint8_t> pixels = {1, 2, 3, 4, 5, 6};
  std::vector<std::uint8_t> values(6);
  Conversion conversion = identity(DType::uint8);
  conversion.layout = Layout::nchw;
  writePixels(pixels.data(), 2, 3, conversion, values.data());
  EXPECT_EQ(values, (std::vector<std::uint8_t>{1, 4, 2, 5, 3, 6}));
  conversion.swapRedBlue = true;
  writePixels(pixels.data(), 2, 3, conversion, values.data());
  EXPECT_EQ(values, (std::vector<std::uint8_t>{3, 6, 2, 5, 1, 4}));
  conversion.layout = Layout::nhwc;
  writePixels(pixels.data(), 2, 3, conversion, values.data());
  EXPECT_EQ(values, (std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4}));
}

TEST(PixelWriter, TakesTheMeanOfTheTensorsChannelNotThePixels) {
  const std::vector<std::uint8_t> pixels = {10, 20, 30};
  Conversion conversion = identity(DType::float32);
  conversion.mean = {1, 2, 3};
  conversion.swapRedBlue = true;
  std::vector<float> values(3);
  writePixels(pixels.data(), 1, 3, conversion, values.data());
  EXPECT_EQ(values, (std::vector<float>{29, 18, 7}));
}

TEST(PixelWriter, QuantizesRoundsHalfToEvenAndClamps) {
  const std::vector<std::uint8_t> pixels = {0, 1, 3, 5, 255};
  Conversion conversion = identity(DType::int8);
  conversion.quantization = Quantization{2.0, -10};
  std::vector<std::int8_t> values(5);
  writePixels(pixels.data(), 5, 1, conversion, values.data());
  // 0, 0.5, 1.5, 2.5, 127.5 in steps of the scale: halves go to the even neighbour, 128 - 10 fits.
  EXPECT_EQ(values, (std::vector<std::int8_t>{-10, -10, -8, -8, 118}));
  conversion.quantization = Quantization{1.0, 0};
  writePixels(pixels.data(), 5, 1, conversion, values.data());
  EXPECT_EQ(values[4], 127);
}

TEST(PixelWriter, PassesPixelsThroughWhereTheQuantizationUndoesTheNormalisation) {
  const auto pixels = ramp(std::size_t{256} * 3);
  Conversion conversion;
  conversion.mean = {127, 127, 127};
  conversion.std = {128, 128, 128};
  conversion.dtype = DType::uint8;
  conversion.quantization = Quantization{1.0 / 128, 127};
  std::vector<std::uint8_t> values(pixels.size());
  writePixels(pixels.data(), 256, 3, conversion, values.data());
  EXPECT_EQ(values, pixels);
}

TEST(PixelWriter, RefusesOtherDtypesAndChannels) {
  const auto pixels = ramp(8);
  std::vector<double> values(8);
  EXPECT_THROW(writePixels(pixels.data(), 2, 3, identity(DType::float64), values.data()), Error);
  EXPECT_THROW(writePixels(pixels.data(), 2, 2, identity(DType::float32), values.data()), Error);
}

}  // namespace
}  // namespace edge::image
