#include "image/pixel_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/error.h"
#include "image/half.h"

namespace edge::image {
namespace {

constexpr std::size_t kPixelValues = 256;

template <typename Value>
using Table = std::array<std::array<Value, kPixelValues>, kMostChannels>;

double normalised(std::size_t pixel, std::size_t channel, const Conversion& conversion) {
  return (static_cast<double>(pixel) - conversion.mean[channel]) / conversion.std[channel];
}

template <typename Value>
Value stored(double value, const Conversion& conversion) {
  if constexpr (std::is_same_v<Value, Half>) {
    return halfOf(value);
  } else if constexpr (std::is_floating_point_v<Value>) {
    return static_cast<Value>(value);
  } else {
    // nearbyint rounds half to even, as NumPy and TensorFlow's quantizers do.
    double quantized = value;
    if (conversion.quantization) {
      quantized = std::nearbyint(value / conversion.quantization->scale) + conversion.quantization->zeroPoint;
    } else {
      quantized = std::nearbyint(value);
    }
    const double lowest = std::numeric_limits<Value>::lowest();
    const double highest = std::numeric_limits<Value>::max();
    return static_cast<Value>(std::clamp(quantized, lowest, highest));
  }
}

template <typename Value>
Table<Value> tabulate(std::size_t channels, const Conversion& conversion) {
  Table<Value> table{};
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t pixel = 0; pixel < kPixelValues; ++pixel) {
      table[channel][pixel] = stored<Value>(normalised(pixel, channel, conversion), conversion);
    }
  }
  return table;
}

template <typename Value, std::size_t Channels>
void write(const std::uint8_t* pixels, std::size_t count, const Conversion& conversion, Value* target) {
  const Table<Value> table = tabulate<Value>(Channels, conversion);
  // Where in a pixel each channel of the tensor is found.
  std::array<std::size_t, kMostChannels> source{0, 1, 2};
  if (Channels == 3 && conversion.swapRedBlue) std::swap(source[0], source[2]);
  const std::size_t pixelStep = conversion.layout == Layout::nhwc ? Channels : 1;
  const std::size_t channelStep = conversion.layout == Layout::nhwc ? 1 : count;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t channel = 0; channel < Channels; ++channel) {
      target[i * pixelStep + channel * channelStep] = table[channel][pixels[i * Channels + source[channel]]];
    }
  }
}

template <typename Value>
void write(const std::uint8_t* pixels, std::size_t count, std::size_t channels, const Conversion& conversion,
           void* target) {
  auto* values = static_cast<Value*>(target);
  switch (channels) {
    case 1:
      return write<Value, 1>(pixels, count, conversion, values);
    case 3:
      return write<Value, 3>(pixels, count, conversion, values);
    default:
      throw Error(ErrorCode::INVALID_ARGUMENT,
                  {"a picture has an unexpected number of channels", "1 or 3", std::to_string(channels), ""});
  }
}

template <typename Value>
std::vector<std::uint8_t> bytesOfTable(std::size_t channels, const Conversion& conversion) {
  const Table<Value> table = tabulate<Value>(channels, conversion);
  std::vector<std::uint8_t> bytes(channels * sizeof(table[0]));
  std::memcpy(bytes.data(), table.data(), bytes.size());
  return bytes;
}

[[noreturn]] void throwUnwritable(DType dtype) {
  throw Error(ErrorCode::INVALID_ARGUMENT,
              {"pixels cannot be written as this dtype", "float32, float16, uint8 or int8", name(dtype), ""});
}

}  // namespace

void writePixels(const std::uint8_t* pixels, std::size_t count, std::size_t channels,
                 const Conversion& conversion, void* target) {
  switch (conversion.dtype) {
    case DType::float32:
      return write<float>(pixels, count, channels, conversion, target);
    case DType::float16:
      return write<Half>(pixels, count, channels, conversion, target);
    case DType::uint8:
      return write<std::uint8_t>(pixels, count, channels, conversion, target);
    case DType::int8:
      return write<std::int8_t>(pixels, count, channels, conversion, target);
    default:
      throwUnwritable(conversion.dtype);
  }
}

std::vector<std::uint8_t> valueTable(std::size_t channels, const Conversion& conversion) {
  switch (conversion.dtype) {
    case DType::float32:
      return bytesOfTable<float>(channels, conversion);
    case DType::float16:
      return bytesOfTable<Half>(channels, conversion);
    case DType::uint8:
      return bytesOfTable<std::uint8_t>(channels, conversion);
    case DType::int8:
      return bytesOfTable<std::int8_t>(channels, conversion);
    default:
      throwUnwritable(conversion.dtype);
  }
}

}  // namespace edge::image
