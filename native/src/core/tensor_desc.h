#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace edge {

/// Element types, named as NumPy names them.
enum class DType : std::uint8_t {
  float32,
  float16,
  float64,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  boolean,
};

/// The name that JavaScript uses.
const char* name(DType dtype) noexcept;

/// Size of one element.
std::size_t elementBytes(DType dtype) noexcept;

/// `real = scale × (quantized − zeroPoint)`.
struct Quantization {
  double scale = 1;
  std::int32_t zeroPoint = 0;
};

/// One scale and zero point for each index of a dimension.
struct ChannelQuantization {
  std::vector<double> scales;
  std::vector<std::int32_t> zeroPoints;
  std::int32_t axis = 0;
};

/// A shape for messages: `[1, 224, 224, 3]`.
std::string shapeText(const std::vector<std::int64_t>& shape);

/// Whether a dimension is open: the caller chooses it, or only a run tells.
bool isOpen(const std::vector<std::int64_t>& shape) noexcept;

/// A tensor as the model declares it.
struct TensorDesc {
  std::string name;
  DType dtype = DType::float32;
  std::vector<std::int64_t> shape;           ///< Outermost first; -1 where only a run tells.
  std::vector<std::int64_t> shapeSignature;  ///< As `shape`, with -1 where the model accepts any size.
  std::size_t bytes = 0;                     ///< 0 where only a run tells.
  std::optional<Quantization> quantization;  ///< One for the whole tensor.
  std::optional<ChannelQuantization> channelQuantization;
  /// Whether a run copies the data, because the library does not take our memory for this tensor.
  bool copied = false;
  /// Whether shape and size are known only after a run.
  bool dynamic = false;
};

}  // namespace edge
