#pragma once

#include <cmath>
#include <cstdint>

namespace edge::image {

/// The bits of a number of IEEE 754's binary16; a type of its own, so that nobody takes them for a uint16.
enum class Half : std::uint16_t {};

/// The nearest number of binary16, halves to even: from double precision at once, since rounding to float32
/// on the way can round twice.
inline Half halfOf(double value) noexcept {
  constexpr int kMantissaBits = 10;
  constexpr int kBias = 15;
  constexpr double kInfinity = 0x7c00;
  const double sign = std::signbit(value) ? 0x8000 : 0;
  const auto with = [&](double bits) { return static_cast<Half>(static_cast<std::uint16_t>(sign + bits)); };
  const double magnitude = std::abs(value);
  if (std::isnan(value)) return with(kInfinity + std::ldexp(1, kMantissaBits - 1));
  // Half-way between the largest number, 65504, and what would be the next.
  if (magnitude >= 65520) return with(kInfinity);
  if (magnitude == 0) return with(0);
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  // Numbers below 2^-14 are multiples of 2^-24. What rounding carries into the exponent is right as it is.
  const int lowest = 1 - kBias;
  const int power = exponent - 1 < lowest ? lowest : exponent - 1;
  const double mantissa = std::nearbyint(std::ldexp(magnitude, kMantissaBits - power));
  return with(mantissa + std::ldexp(power - lowest, kMantissaBits));
}

}  // namespace edge::image
