#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/tensor_desc.h"

namespace edge::image {

constexpr std::size_t kMostChannels = 3;

/// Where a picture's values lie in a tensor.
enum class Layout { nhwc, nchw };

/// How 8-bit pixels become tensor values: `(pixel − mean) / std`, then quantized if the dtype asks for it.
struct Conversion {
  std::array<double, kMostChannels> mean{};  ///< Per channel of the tensor.
  std::array<double, kMostChannels> std{};   ///< Per channel of the tensor; not 0.
  bool swapRedBlue = false;
  Layout layout = Layout::nhwc;
  DType dtype = DType::float32;              ///< float32, float16, uint8 or int8.
  std::optional<Quantization> quantization;  ///< Without one, integers get the rounded value itself.
};

/// Writes a picture into a tensor in one pass.
///
/// There are 256 values a pixel can have, so each channel's values are worked out once, in double precision,
/// and looked up: the result is exact for any formula, and as fast as the memory.
///
/// @param pixels interleaved rows without padding, `count × channels` values.
/// @param count width × height.
/// @param channels 1 to kMostChannels.
/// @param target `count × channels` elements of the dtype.
/// @throws Error INVALID_ARGUMENT for another dtype.
void writePixels(const std::uint8_t* pixels, std::size_t count, std::size_t channels,
                 const Conversion& conversion, void* target);

/// What a pixel's values become: for each channel of the tensor the 256 elements that `writePixels` looks up,
/// one after another.
/// @throws Error INVALID_ARGUMENT for another dtype.
std::vector<std::uint8_t> valueTable(std::size_t channels, const Conversion& conversion);

}  // namespace edge::image
