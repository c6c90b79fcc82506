#include "image/kernel.h"

#include <algorithm>
#include <cmath>

namespace edge::image {
namespace {

/// Half the width of a kernel, in pixels.
double supportOf(Kernel kernel) {
  switch (kernel) {
    case Kernel::bilinear:
      return 1;
    case Kernel::bicubic:
      return 2;
    case Kernel::lanczos:
      return 3;
    case Kernel::nearest:
      break;
  }
  return 0.5;
}

double sinc(double x) {
  constexpr double kPi = 3.14159265358979323846;
  return x == 0 ? 1 : std::sin(kPi * x) / (kPi * x);
}

double bicubic(double x) {
  constexpr double a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

double valueAt(Kernel kernel, double distance) {
  const double x = std::abs(distance);
  switch (kernel) {
    case Kernel::bilinear:
      return std::max(0.0, 1 - x);
    case Kernel::bicubic:
      return bicubic(x);
    case Kernel::lanczos:
      return x < 3 ? sinc(x) * sinc(x / 3) : 0;
    case Kernel::nearest:
      break;
  }
  return 1;
}

/// The part of the source that one value of the result is made of, and how much of each.
struct Window {
  std::size_t first = 0;
  std::vector<double> weights;
};

Window windowOf(Kernel kernel, double stretch, double scale, std::size_t from, std::size_t place) {
  const double centre = (static_cast<double>(place) + 0.5) * scale;
  const auto most = static_cast<double>(from);
  const double support = supportOf(kernel) * stretch;
  // Truncated after adding a half, and not rounded: as Pillow finds its windows.
  const auto begin = static_cast<std::size_t>(std::max(0.0, centre - support + 0.5));
  const auto end = static_cast<std::size_t>(std::min(most, centre + support + 0.5));
  Window window{std::min(begin, from - 1), {}};
  // Multiplied by its inverse, and not divided by the stretch: as Pillow does it, to the last bit.
  const double narrowing = 1 / stretch;
  double sum = 0;
  for (std::size_t x = window.first; x < std::max(end, window.first + 1); ++x) {
    const double weight = valueAt(kernel, (static_cast<double>(x) - centre + 0.5) * narrowing);
    window.weights.push_back(weight);
    sum += weight;
  }
  if (sum == 0) {
    // A window that sees nothing but the kernel's zeros: the nearest pixel stands for it.
    const auto nearest = static_cast<std::size_t>(std::min(centre, most - 1));
    return {nearest, {1}};
  }
  for (double& weight : window.weights) weight /= sum;
  return window;
}

/// The pixel under each centre. Where a centre falls between two, rounding decides: sums of double precision
/// in PIL, products of single precision in TensorFlow.
std::vector<Window> nearestWindows(bool asPil, const Axis& axis) {
  const double step = static_cast<double>(axis.from) / static_cast<double>(axis.to);
  const float scale = static_cast<float>(axis.from) / static_cast<float>(axis.to);
  std::vector<Window> windows;
  double centre = step * 0.5;
  for (std::size_t place = 0; place < axis.first + axis.count; ++place, centre += step) {
    if (place < axis.first) continue;
    const auto under = static_cast<std::size_t>(asPil ? centre : (static_cast<float>(place) + 0.5F) * scale);
    windows.push_back({std::min(under, axis.from - 1), {1}});
  }
  return windows;
}

/// By how much the kernel is wider than when enlarging.
double stretchOf(Kernel kernel, bool antialias, const Axis& axis) {
  if (kernel == Kernel::nearest || !antialias) return 1;
  return std::max(1.0, static_cast<double>(axis.from) / static_cast<double>(axis.to));
}

std::vector<Window> windowsOf(Kernel kernel, bool antialias, double stretch, const Axis& axis) {
  if (kernel == Kernel::nearest) return nearestWindows(antialias, axis);
  const double scale = static_cast<double>(axis.from) / static_cast<double>(axis.to);
  std::vector<Window> windows;
  windows.reserve(axis.count);
  for (std::size_t i = 0; i < axis.count; ++i) {
    windows.push_back(windowOf(kernel, stretch, scale, axis.from, axis.first + i));
  }
  return windows;
}

/// A weight as Pillow rounds it (`Resample.c`, `normalize_coeffs_8bpc`): halves away from 0.
std::int32_t rounded(double weight) {
  return static_cast<std::int32_t>(std::ldexp(weight, kPrecision) + (weight < 0 ? -0.5 : 0.5));
}

}  // namespace

Weights weightsOf(Kernel kernel, bool antialias, const Axis& axis) {
  const double stretch = stretchOf(kernel, antialias, axis);
  const std::vector<Window> windows = windowsOf(kernel, antialias, stretch, axis);
  Weights result;
  for (const Window& window : windows) result.taps = std::max(result.taps, window.weights.size());
  result.first.reserve(axis.count);
  result.high.assign(axis.count * result.taps, 0);
  result.low.assign(axis.count * result.taps, 0);
  for (std::size_t i = 0; i < axis.count; ++i) {
    const Window& window = windows[i];
    const std::size_t first = std::min(window.first, axis.from - result.taps);
    result.first.push_back(static_cast<std::uint32_t>(first));
    const std::size_t begin = i * result.taps + (window.first - first);
    for (std::size_t tap = 0; tap < window.weights.size(); ++tap) {
      const std::int32_t weight = rounded(window.weights[tap]);
      const std::int32_t high = dividedToNearest(weight, kHighUnit);
      result.high[begin + tap] = static_cast<std::int16_t>(high);
      result.low[begin + tap] = static_cast<std::int16_t>(weight - high * kHighUnit);
    }
  }
  return result;
}

}  // namespace edge::image
