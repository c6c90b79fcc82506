#include "numbers.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "graph.h"

namespace edge::tensorrt_double {

using nvinfer1::DataType;

namespace {

template <typename Value>
Value read(const std::uint8_t* from) {
  Value value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <typename Value>
Value saturated(double value) {
  const auto lowest = static_cast<double>(std::numeric_limits<Value>::lowest());
  const auto largest = static_cast<double>(std::numeric_limits<Value>::max());
  if (value <= lowest) return std::numeric_limits<Value>::lowest();
  if (value >= largest) return std::numeric_limits<Value>::max();
  return static_cast<Value>(std::nearbyint(value));
}

float bfloatToFloat(std::uint16_t bits) {
  const std::uint32_t wide = static_cast<std::uint32_t>(bits) << 16U;
  float value = 0;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

std::uint16_t floatToBfloat(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U);
}

double readElement(const std::uint8_t* from, DataType type) {
  switch (type) {
    case DataType::kFLOAT:
      return static_cast<double>(read<float>(from));
    case DataType::kHALF:
      return static_cast<double>(halfToFloat(read<std::uint16_t>(from)));
    case DataType::kBF16:
      return static_cast<double>(bfloatToFloat(read<std::uint16_t>(from)));
    case DataType::kINT32:
      return read<std::int32_t>(from);
    case DataType::kINT64:
      return static_cast<double>(read<std::int64_t>(from));
    case DataType::kINT8:
      return read<std::int8_t>(from);
    default:
      return read<std::uint8_t>(from);
  }
}

template <typename Value>
void write(Value value, std::uint8_t* to) {
  std::memcpy(to, &value, sizeof value);
}

void writeElement(double value, DataType type, std::uint8_t* to) {
  switch (type) {
    case DataType::kFLOAT:
      return write(static_cast<float>(value), to);
    case DataType::kHALF:
      return write(floatToHalf(static_cast<float>(value)), to);
    case DataType::kBF16:
      return write(floatToBfloat(static_cast<float>(value)), to);
    case DataType::kINT32:
      return write(saturated<std::int32_t>(value), to);
    case DataType::kINT64:
      return write(static_cast<std::int64_t>(value), to);
    case DataType::kINT8:
      return write(saturated<std::int8_t>(value), to);
    case DataType::kBOOL:
      return write(static_cast<std::uint8_t>(value != 0), to);
    default:
      return write(saturated<std::uint8_t>(value), to);
  }
}

}  // namespace

float halfToFloat(std::uint16_t bits) {
  const std::uint32_t wide = bits;
  const auto exponent = static_cast<int>((wide >> 10U) & 31U);
  const auto fraction = static_cast<int>(wide & 1023U);
  float magnitude = std::ldexp(static_cast<float>(fraction), -24);
  if (exponent == 31) {
    magnitude =
        fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent > 0) {
    magnitude = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  }
  return (wide & 0x8000U) != 0 ? -magnitude : magnitude;
}

std::uint16_t floatToHalf(float value) {
  const std::uint32_t sign = std::signbit(value) ? 0x8000U : 0U;
  const float magnitude = std::fabs(value);
  if (std::isnan(value)) return static_cast<std::uint16_t>(sign | 0x7E00U);
  if (magnitude == 0) return static_cast<std::uint16_t>(sign);
  if (magnitude >= 65520.0F) return static_cast<std::uint16_t>(sign | 0x7C00U);
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  // A normal number has 11 significant bits, a smaller one counts units of 2^-24.
  const int unit = std::max(exponent - 11, -24);
  const auto units = static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, -unit)));
  return static_cast<std::uint16_t>(sign | ((static_cast<std::uint32_t>(unit + 24) << 10U) + units));
}

std::vector<double> load(const void* from, DataType type, std::size_t count) {
  std::vector<double> values(count);
  const auto* at = static_cast<const std::uint8_t*>(from);
  for (double& value : values) {
    value = readElement(at, type);
    at += elementBytes(type);
  }
  return values;
}

void store(const std::vector<double>& values, DataType type, void* to) {
  auto* at = static_cast<std::uint8_t*>(to);
  for (const double value : values) {
    writeElement(value, type, at);
    at += elementBytes(type);
  }
}

double rounded(double value, DataType type) {
  std::uint8_t element[8];
  writeElement(value, type, element);
  return readElement(element, type);
}

}  // namespace edge::tensorrt_double
