#pragma once

// What one thread of each kernel does. NVRTC compiles it for the GPU, and a C++ compiler for the processor:
// the double of the driver, and the conversion of frames where there is no GPU, run this very source. It
// includes nothing, since NVRTC has no standard library; its arithmetic is that of image/, whole number for
// whole number.

#ifdef __CUDACC_RTC__
#define EDGE_PER_THREAD __device__ inline
#else
#define EDGE_PER_THREAD inline
#endif

namespace edge::gpu_image {

using Byte = unsigned char;
using Address = unsigned long long;  // NOLINT(google-runtime-int): 64 bits for both compilers

/// A colour, or three of something else.
template <typename Value>
struct Triple {
  Value first;
  Value second;
  Value third;
};

/// How luma and chroma become red, green and blue: factors over `2^20`, as OpenCV has them.
struct Nv12Factors {
  int blackLevel;  ///< Luma below is as dark.
  int luma;
  int redOfV;
  int greenOfU;
  int greenOfV;
  int blueOfU;
};

/// Bits for fractions of a factor, and what rounds to the nearest.
constexpr unsigned kFactorBits = 20;
constexpr int kFactorHalf = static_cast<int>(1U << (kFactorBits - 1));
/// Likewise of a weight.
constexpr unsigned kWeightBits = 22;
constexpr int kWeightHalf = static_cast<int>(1U << (kWeightBits - 1));
/// The chroma that is no colour.
constexpr int kGrey = 128;

/// The whole part of a sum over `2^bits`, kept within 0 and 255.
EDGE_PER_THREAD Byte byteOf(int sum, unsigned bits) {
  const unsigned whole = static_cast<unsigned>(sum < 0 ? 0 : sum) >> bits;
  return static_cast<Byte>(whole > 255 ? 255 : whole);
}

/// The colour of a pixel.
EDGE_PER_THREAD Triple<Byte> colourOf(const Nv12Factors& factors, int luma, int u, int v) {
  const int above = luma - factors.blackLevel;
  const int bright = (above < 0 ? 0 : above) * factors.luma + kFactorHalf;
  const int red = bright + factors.redOfV * (v - kGrey);
  const int green = bright + factors.greenOfU * (u - kGrey) + factors.greenOfV * (v - kGrey);
  const int blue = bright + factors.blueOfU * (u - kGrey);
  return {byteOf(red, kFactorBits), byteOf(green, kFactorBits), byteOf(blue, kFactorBits)};
}

// The kernels' parameters, each passed as one structure by value: both compilers lay them out alike,
// addresses first.

/// Rows of a frame of NV12 to rows of RGB; the chroma of a pixel is that of its block of two by two.
struct Nv12Rows {
  const Byte* luma;    ///< Of the first wanted row.
  const Byte* chroma;  ///< Pairs of U and V, of the first wanted row's blocks.
  Byte* target;        ///< Rows without padding.
  Address lumaStride;  ///< Bytes from a row to the next.
  Address chromaStride;
  unsigned width;
  unsigned rows;
  unsigned odd;  ///< 1 where the first wanted row is the second of its blocks.
  Nv12Factors factors;
};

/// One pass along the rows: their pixels become `count` others.
struct ColumnPass {
  const Byte* source;  ///< RGB.
  Byte* target;        ///< Rows without padding.
  const unsigned* first;
  const int*
      weights;  ///< Tap by tap, and for each tap all values: threads that run together read side by side.
  Address sourceStride;
  unsigned taps;
  unsigned count;
  unsigned rows;
};

/// The pass along the columns, and what becomes of its pixels: values of a tensor, looked up.
struct RowPass {
  const Byte* source;  ///< RGB, `partWidth` pixels a row.
  const unsigned* first;
  const int* weights;  ///< Tap by tap.
  const Byte* table;   ///< 256 values for each channel of the tensor.
  Byte* target;
  Address sourceStride;
  Address pixelStep;    ///< Values from a pixel of the tensor to the next.
  Address channelStep;  ///< Values from a channel of a pixel to the next.
  unsigned taps;
  unsigned partWidth;  ///< Of the resampled part.
  unsigned partHeight;
  unsigned x;  ///< Where in the tensor it is.
  unsigned y;
  unsigned width;  ///< Of the tensor.
  unsigned height;
  unsigned valueBytes;     ///< 1, 2 or 4.
  unsigned swapRedBlue;    ///< 1 where the tensor's first channel is blue.
  Triple<Byte> surrounds;  ///< RGB of what is around the part.
};

static_assert(sizeof(Nv12Rows) == 80 && sizeof(ColumnPass) == 56 && sizeof(RowPass) == 104,
              "the structures are laid out otherwise than on the GPU");

/// A sum of weighted pixels as a pixel: over `2^22`, rounded, and kept within 0 and 255.
EDGE_PER_THREAD Byte pixelOf(int sum) {
  return byteOf(sum + kWeightHalf, kWeightBits);
}

/// Adds up `taps` pixels, each `step` bytes behind the one before, by the weights of the value at `place` of
/// `count`.
EDGE_PER_THREAD Triple<Byte> weightedSum(const Byte* pixel, Address step, const int* weights, unsigned taps,
                                         unsigned place, unsigned count) {
  Triple<int> sum{0, 0, 0};
  for (unsigned tap = 0; tap < taps; ++tap, pixel += step) {
    const int weight = weights[static_cast<Address>(tap) * count + place];
    sum.first += weight * pixel[0];
    sum.second += weight * pixel[1];
    sum.third += weight * pixel[2];
  }
  return {pixelOf(sum.first), pixelOf(sum.second), pixelOf(sum.third)};
}

EDGE_PER_THREAD void put(Byte* target, Triple<Byte> colour) {
  target[0] = colour.first;
  target[1] = colour.second;
  target[2] = colour.third;
}

/// The pixel at `x` of the `y`-th wanted row.
EDGE_PER_THREAD void convertNv12(const Nv12Rows& work, unsigned x, unsigned y) {
  if (x >= work.width || y >= work.rows) return;
  const Byte luma = work.luma[y * work.lumaStride + x];
  const Byte* pair = work.chroma + (y + work.odd) / 2 * work.chromaStride + (x & ~1U);
  put(work.target + (static_cast<Address>(y) * work.width + x) * 3,
      colourOf(work.factors, luma, pair[0], pair[1]));
}

/// The `x`-th pixel of the `y`-th row.
EDGE_PER_THREAD void passColumns(const ColumnPass& work, unsigned x, unsigned y) {
  if (x >= work.count || y >= work.rows) return;
  const Byte* pixel = work.source + y * work.sourceStride + static_cast<Address>(work.first[x]) * 3;
  put(work.target + (static_cast<Address>(y) * work.count + x) * 3,
      weightedSum(pixel, 3, work.weights, work.taps, x, work.count));
}

/// Copies the table's value for a pixel. Values are looked up, and so need not be known as numbers.
EDGE_PER_THREAD void putValue(const RowPass& work, Address place, unsigned channel, Byte pixel) {
  const unsigned entry = channel * 256 + pixel;
  switch (work.valueBytes) {
    case 1:
      work.target[place] = work.table[entry];
      break;
    case 2:
      reinterpret_cast<unsigned short*>(work.target)[place] =          // NOLINT: the width of a half
          reinterpret_cast<const unsigned short*>(work.table)[entry];  // NOLINT: likewise
      break;
    default:
      reinterpret_cast<unsigned*>(work.target)[place] = reinterpret_cast<const unsigned*>(work.table)[entry];
  }
}

/// The tensor's pixel at `x`, `y`.
EDGE_PER_THREAD void passRows(const RowPass& work, unsigned x, unsigned y) {
  if (x >= work.width || y >= work.height) return;
  Triple<Byte> colour = work.surrounds;
  // Left of the part, or above it, the difference is larger than any size.
  const unsigned column = x - work.x;
  const unsigned row = y - work.y;
  if (column < work.partWidth && row < work.partHeight) {
    const Byte* pixel = work.source + work.first[row] * work.sourceStride + static_cast<Address>(column) * 3;
    colour = weightedSum(pixel, work.sourceStride, work.weights, work.taps, row, work.partHeight);
  }
  const Address place = (static_cast<Address>(y) * work.width + x) * work.pixelStep;
  putValue(work, place, 0, work.swapRedBlue != 0 ? colour.third : colour.first);
  putValue(work, place + work.channelStep, 1, colour.second);
  putValue(work, place + 2 * work.channelStep, 2, work.swapRedBlue != 0 ? colour.first : colour.third);
}

}  // namespace edge::gpu_image
