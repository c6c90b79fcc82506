#include "image/resampler_passes.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include <cstring>

#include "image/rough_weights.h"

// The rest of the program runs on processors without it.
#define EDGE_AVX2 __attribute__((target("avx2")))

namespace edge::image::passes {
namespace {

EDGE_AVX2 inline __m128i load16(const std::uint8_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

/// Two weights, side by side, in each lane of 32 bits.
EDGE_AVX2 inline __m128i pairOf(const std::int16_t* weights) {
  std::int32_t pair = 0;
  std::memcpy(&pair, weights, sizeof pair);
  return _mm_set1_epi32(pair);
}

EDGE_AVX2 inline __m256i both(__m128i low, __m128i high) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

/// Bytes of pixels as pairs of 16 bits, which a multiply-add takes.
struct Shuffles {
  __m128i two;          ///< Of two pixels: r0 r1 g0 g1 b0 b1.
  __m256i four;         ///< Of four pixels: the same of the first two, and of the other two.
  __m128i one;          ///< Of one pixel: r0 0 g0 0 b0 0.
  __m256i fourWeights;  ///< Four weights of 16 bits as pairs: two in each lane of 32 bits of either half.
};

EDGE_AVX2 inline Shuffles shuffles() {
  const __m128i two = _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  const __m128i nextTwo = _mm_setr_epi8(6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  const __m128i one = _mm_setr_epi8(0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, -1, -1, -1, -1);
  const __m128i twoWeights = _mm_setr_epi8(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
  const __m128i nextTwoWeights = _mm_setr_epi8(4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
  return {two, both(two, nextTwo), one, both(twoWeights, nextTwoWeights)};
}

/// Red, green and blue of one pixel of the result, in each of `Rows` rows: what the weights cost is paid
/// once.
template <std::size_t Rows>
EDGE_AVX2 inline void rgbSums(const Shuffles& shuffle, const std::uint8_t* pixel, std::size_t stride,
                              const std::int16_t* weight, std::size_t taps, __m128i (&sums)[Rows]) {
  __m256i wide[Rows];
  for (__m256i& sum : wide) sum = _mm256_setzero_si256();
  std::size_t tap = 0;
  for (; tap + 4 <= taps; tap += 4, pixel += 12) {
    std::int64_t four = 0;
    std::memcpy(&four, weight + tap, sizeof four);
    const __m256i pairs = _mm256_shuffle_epi8(_mm256_set1_epi64x(four), shuffle.fourWeights);
    for (std::size_t row = 0; row < Rows; ++row) {
      const __m256i pixels = _mm256_broadcastsi128_si256(load16(pixel + row * stride));
      wide[row] =
          _mm256_add_epi32(wide[row], _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, shuffle.four), pairs));
    }
  }
  for (std::size_t row = 0; row < Rows; ++row) {
    sums[row] = _mm_add_epi32(_mm256_castsi256_si128(wide[row]), _mm256_extracti128_si256(wide[row], 1));
  }
  const auto add = [&](__m128i bytes, __m128i pairs) EDGE_AVX2 {
    for (std::size_t row = 0; row < Rows; ++row) {
      const __m128i pixels = _mm_shuffle_epi8(load16(pixel + row * stride), bytes);
      sums[row] = _mm_add_epi32(sums[row], _mm_madd_epi16(pixels, pairs));
    }
  };
  if (tap + 2 <= taps) {
    add(shuffle.two, pairOf(weight + tap));
    tap += 2;
    pixel += 6;
  }
  if (tap < taps) add(shuffle.one, _mm_set1_epi32(static_cast<std::uint16_t>(weight[tap])));
}

EDGE_AVX2 inline void storeRgb(__m128i values, std::uint8_t* target) {
  const __m128i words = _mm_packs_epi32(values, values);
  const auto packed = static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_packus_epi16(words, words)));
  std::memcpy(target, &packed, 3);
}

/// Whether three of the four lanes are all ones.
EDGE_AVX2 inline bool isRgbTrue(__m128i lanes) {
  constexpr unsigned kThreeLanes = 0xFFF;
  return (static_cast<unsigned>(_mm_movemask_epi8(lanes)) & kThreeLanes) == kThreeLanes;
}

/// Pixels by rough weights; where these leave a value in doubt, by what they leave out as well.
template <std::size_t Rows>
EDGE_AVX2 void rgbColumns(const Weights& weights, const RoughWeights& rough, const Band& band) {
  const Shuffles shuffle = shuffles();
  const std::size_t taps = weights.taps;
  for (std::size_t i = 0; i < weights.first.size(); ++i) {
    const std::uint8_t* const pixel = band.source + std::size_t{weights.first[i]} * 3;
    std::uint8_t* const target = band.target + i * 3;
    const auto [leftOutBits, above, below] = rough.sums[i];
    const int precision = kPrecision - leftOutBits;
    const __m128i shift = _mm_cvtsi32_si128(precision);
    const __m128i least = _mm_set1_epi32(halfStep(precision) - above);
    const __m128i most = _mm_set1_epi32(halfStep(precision) + below);
    __m128i sums[Rows];
    rgbSums<Rows>(shuffle, pixel, band.sourceStride, &rough.weights[i * taps], taps, sums);
    __m128i agree = _mm_set1_epi32(-1);
    for (std::size_t row = 0; row < Rows; ++row) {
      const __m128i values = _mm_sra_epi32(_mm_add_epi32(sums[row], least), shift);
      agree =
          _mm_and_si128(agree, _mm_cmpeq_epi32(values, _mm_sra_epi32(_mm_add_epi32(sums[row], most), shift)));
      storeRgb(values, target + row * band.targetStride);
    }
    if (isRgbTrue(agree)) continue;
    __m128i rests[Rows];
    rgbSums<Rows>(shuffle, pixel, band.sourceStride, &rough.rests[i * taps], taps, rests);
    for (std::size_t row = 0; row < Rows; ++row) {
      const __m128i sum = _mm_sll_epi32(sums[row], _mm_cvtsi32_si128(leftOutBits));
      const __m128i exact =
          _mm_add_epi32(_mm_add_epi32(sum, rests[row]), _mm_set1_epi32(halfStep(kPrecision)));
      storeRgb(_mm_srai_epi32(exact, kPrecision), target + row * band.targetStride);
    }
  }
}

EDGE_AVX2 void avx2Columns(const Weights& weights, std::size_t channels, const Band& whole) {
  if (channels != 3) return plain().columns(weights, channels, whole);
  // Loads of 16 bytes may reach beyond a row's end into the next ones, but not beyond the picture.
  constexpr std::size_t kBeyond = 16;
  constexpr std::size_t kAtOnce = 4;
  Band band = whole;
  const auto advance = [&](std::size_t rows) {
    band.source += rows * band.sourceStride;
    band.target += rows * band.targetStride;
    band.rows -= rows;
  };
  const RoughWeights rough = roughly(weights);
  const std::size_t last = (kBeyond + whole.sourceStride - 1) / whole.sourceStride;
  for (; band.rows >= kAtOnce + last; advance(kAtOnce)) rgbColumns<kAtOnce>(weights, rough, band);
  for (; band.rows > last; advance(1)) rgbColumns<1>(weights, rough, band);
  plain().columns(weights, channels, band);
}

/// Weights of two rows, side by side, in each lane of 32 bits; 0 for a second row that there is not.
EDGE_AVX2 inline __m256i rowPair(const std::int16_t* weights, bool isPair) {
  const std::uint32_t first = static_cast<std::uint16_t>(weights[0]);
  const std::uint32_t second = isPair ? static_cast<std::uint16_t>(weights[1]) : 0;
  return _mm256_set1_epi32(static_cast<std::int32_t>(second << 16U | first));
}

/// Sums of eight values of a row, by both parts of the weights.
struct RowSums {
  __m256i high;
  __m256i low;
};

EDGE_AVX2 inline void add(RowSums& sums, __m256i values, __m256i high, __m256i low) {
  sums.high = _mm256_add_epi32(sums.high, _mm256_madd_epi16(values, high));
  sums.low = _mm256_add_epi32(sums.low, _mm256_madd_epi16(values, low));
}

EDGE_AVX2 inline __m256i rounded(const RowSums& sums) {
  const __m256i whole = _mm256_add_epi32(_mm256_slli_epi32(sums.high, kLowBits), sums.low);
  return _mm256_srai_epi32(_mm256_add_epi32(whole, _mm256_set1_epi32(halfStep(kPrecision))), kPrecision);
}

/// 32 values of one row of the result.
EDGE_AVX2 inline void rows32(const Weights& weights, std::size_t place, const std::uint8_t* source,
                             std::size_t length, std::uint8_t* target) {
  const __m256i zero = _mm256_setzero_si256();
  RowSums sums[4] = {{zero, zero}, {zero, zero}, {zero, zero}, {zero, zero}};
  for (std::size_t tap = 0; tap < weights.taps; tap += 2) {
    const bool isPair = tap + 1 < weights.taps;
    const auto* const row = reinterpret_cast<const __m256i*>(source + tap * length);
    const __m256i first = _mm256_loadu_si256(row);
    const __m256i second =
        isPair ? _mm256_loadu_si256(reinterpret_cast<const __m256i*>(source + (tap + 1) * length)) : zero;
    const __m256i high = rowPair(&weights.high[place * weights.taps + tap], isPair);
    const __m256i low = rowPair(&weights.low[place * weights.taps + tap], isPair);
    const __m256i lower = _mm256_unpacklo_epi8(first, second);
    const __m256i upper = _mm256_unpackhi_epi8(first, second);
    add(sums[0], _mm256_unpacklo_epi8(lower, zero), high, low);
    add(sums[1], _mm256_unpackhi_epi8(lower, zero), high, low);
    add(sums[2], _mm256_unpacklo_epi8(upper, zero), high, low);
    add(sums[3], _mm256_unpackhi_epi8(upper, zero), high, low);
  }
  // Unpacking and packing both stay within halves of 128 bits: the order comes out as it went in.
  const __m256i values = _mm256_packus_epi16(_mm256_packs_epi32(rounded(sums[0]), rounded(sums[1])),
                                             _mm256_packs_epi32(rounded(sums[2]), rounded(sums[3])));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(target), values);
}

EDGE_AVX2 void avx2Rows(const Weights& weights, std::size_t row, const std::uint8_t* source,
                        std::size_t length, std::uint8_t* target) {
  constexpr std::size_t kWidth = 32;
  if (length < kWidth) return plain().rows(weights, row, source, length, target);
  std::size_t at = 0;
  for (; at + kWidth <= length; at += kWidth) rows32(weights, row, source + at, length, target + at);
  // The last ones once more, rather than one by one.
  if (at < length) rows32(weights, row, source + length - kWidth, length, target + length - kWidth);
}

}  // namespace

// Not __builtin_cpu_supports: the variable that it reads is not hidden in every compiler's runtime, and then
// does not go into a shared library. Bits and leaves: Intel's manual, volume 1, 14.3.
bool runsAvx2() noexcept {
  constexpr unsigned kOsxsaveAndAvx = (1U << 27U) | (1U << 28U);
  constexpr unsigned kXmmAndYmm = 6;
  constexpr unsigned kAvx2 = 1U << 5U;
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kOsxsaveAndAvx) != kOsxsaveAndAvx) return false;
  unsigned low = 0;
  unsigned high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & kXmmAndYmm) != kXmmAndYmm) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kAvx2) != 0;
}

Passes avx2() noexcept {
  return {&avx2Columns, &avx2Rows};
}

}  // namespace edge::image::passes

#endif
