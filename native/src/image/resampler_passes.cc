#include "image/resampler_passes.h"

#include <array>

namespace edge::image::passes {
namespace {

template <std::size_t Channels>
void columns(const Weights& weights, const std::uint8_t* source, std::uint8_t* target) {
  const std::size_t count = weights.first.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* pixel = source + std::size_t{weights.first[i]} * Channels;
    std::array<std::int32_t, Channels> sums{};
    for (std::size_t tap = 0; tap < weights.taps; ++tap, pixel += Channels) {
      const std::int32_t weight = weightAt(weights, i * weights.taps + tap);
      for (std::size_t channel = 0; channel < Channels; ++channel) sums[channel] += weight * pixel[channel];
    }
    for (std::size_t channel = 0; channel < Channels; ++channel) {
      *target++ = toPixel(sums[channel]);
    }
  }
}

void plainColumns(const Weights& weights, std::size_t channels, const Band& band) {
  using Row = void (*)(const Weights&, const std::uint8_t*, std::uint8_t*);
  constexpr std::array<Row, 4> kByChannels{&columns<1>, &columns<2>, &columns<3>, &columns<4>};
  const Row run = kByChannels.at(channels - 1);
  for (std::size_t row = 0; row < band.rows; ++row) {
    run(weights, band.source + row * band.sourceStride, band.target + row * band.targetStride);
  }
}

void plainRows(const Weights& weights, std::size_t row, const std::uint8_t* source, std::size_t length,
               std::uint8_t* target) {
  // Pieces whose sums stay in the first cache; compilers make wide arithmetic of both inner loops.
  constexpr std::size_t kPiece = 512;
  std::array<std::int32_t, kPiece> sums{};
  for (std::size_t begin = 0; begin < length; begin += kPiece) {
    const std::size_t count = length - begin < kPiece ? length - begin : kPiece;
    for (std::size_t i = 0; i < count; ++i) sums[i] = 0;
    for (std::size_t tap = 0; tap < weights.taps; ++tap) {
      const std::uint8_t* values = source + tap * length + begin;
      const std::int32_t weight = weightAt(weights, row * weights.taps + tap);
      for (std::size_t i = 0; i < count; ++i) sums[i] += weight * values[i];
    }
    for (std::size_t i = 0; i < count; ++i) target[begin + i] = toPixel(sums[i]);
  }
}

}  // namespace

Passes plain() noexcept {
  return {&plainColumns, &plainRows};
}

Passes best() noexcept {
#if defined(__x86_64__)
  static const bool hasAvx2 = runsAvx2();
  if (hasAvx2) return avx2();
#endif
  return plain();
}

}  // namespace edge::image::passes
