#include "image/pixel_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "image/half.h"

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

/// What a half's bits stand for.
double valueOf(unsigned bits) {
  const int exponent = static_cast<int>(bits / 1024);
  const double mantissa = bits % 1024;
  return exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
}

TEST(Half, IsTheNearestWithHalvesToEven) {
  for (unsigned bits = 0; bits < 0x7bff; ++bits) {
    const double below = valueOf(bits);
    const double above = valueOf(bits + 1);
    const double middle = (below + above) / 2;
    const auto even = static_cast<Half>(bits % 2 == 0 ? bits : bits + 1);
    ASSERT_EQ(halfOf(below), static_cast<Half>(bits));
    ASSERT_EQ(halfOf(middle), even);
    ASSERT_EQ(halfOf(std::nextafter(middle, below)), static_cast<Half>(bits));
    ASSERT_EQ(halfOf(std::nextafter(middle, above)), static_cast<Half>(bits + 1));
    ASSERT_EQ(halfOf(-above), static_cast<Half>(bits + 1 + 0x8000));
  }
  EXPECT_EQ(halfOf(65519.99), static_cast<Half>(0x7bff));
  EXPECT_EQ(halfOf(65520), static_cast<Half>(0x7c00));
  EXPECT_EQ(halfOf(-1e300), static_cast<Half>(0xfc00));
  EXPECT_EQ(halfOf(-0.0), static_cast<Half>(0x8000));
  EXPECT_EQ(halfOf(std::numeric_limits<double>::quiet_NaN()), static_cast<Half>(0x7e00));
}

TEST(PixelWriter, WritesHalves) {
  const std::vector<std::uint8_t> pixels = {0, 1, 128, 255};
  Conversion conversion = identity(DType::float16);
  conversion.mean = {127.5};
  conversion.std = {127.5};
  std::vector<std::uint16_t> values(4);
  writePixels(pixels.data(), 4, 1, conversion, values.data());
  // numpy.float16((numpy.array([0, 1, 128, 255]) - 127.5) / 127.5).view('uint16')
  EXPECT_EQ(values, (std::vector<std::uint16_t>{0xbc00, 0xbbf0, 0x1c04, 0x3c00}));
}

TEST(PixelWriter, RefusesOtherDtypesAndChannels) {
  const auto pixels = ramp(8);
  std::vector<double> values(8);
  EXPECT_THROW(writePixels(pixels.data(), 2, 3, identity(DType::float64), values.data()), Error);
  EXPECT_THROW(writePixels(pixels.data(), 2, 2, identity(DType::float32), values.data()), Error);
}

}  // namespace
}  // namespace edge::image
