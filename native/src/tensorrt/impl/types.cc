#include "tensorrt/impl/types.h"

#include <algorithm>

#include "core/error.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

using nvinfer1::DataType;
using nvinfer1::Dims;

std::optional<std::vector<std::int64_t>> shapeOf(const Dims& dims) {
  if (dims.nbDims < 0 || dims.nbDims > Dims::MAX_DIMS) return {};
  return std::vector<std::int64_t>(dims.d, dims.d + dims.nbDims);
}

Dims dimsOf(const std::vector<std::int64_t>& shape, const std::string& tensor) {
  constexpr auto kMost = static_cast<std::size_t>(Dims::MAX_DIMS);
  if (shape.size() > kMost) {
    throw Error(ErrorCode::SHAPE_MISMATCH, {"the shape given for \"" + tensor + "\" has too many dimensions",
                                            "at most " + std::to_string(kMost), shapeText(shape), ""});
  }
  Dims dims{};
  dims.nbDims = static_cast<std::int32_t>(shape.size());
  std::copy(shape.begin(), shape.end(), dims.d);
  return dims;
}

std::optional<DType> dtypeOf(DataType type) noexcept {
  switch (type) {
    case DataType::kFLOAT:
      return DType::float32;
    case DataType::kHALF:
      return DType::float16;
    case DataType::kINT8:
      return DType::int8;
    case DataType::kINT32:
      return DType::int32;
    case DataType::kBOOL:
      return DType::boolean;
    case DataType::kUINT8:
      return DType::uint8;
    case DataType::kINT64:
      return DType::int64;
    case DataType::kFP8:
    case DataType::kBF16:
    case DataType::kINT4:
    case DataType::kFP4:
    case DataType::kE8M0:
      return {};
  }
  return {};
}

const char* typeName(DataType type) noexcept {
  switch (type) {
    case DataType::kFP8:
      return "fp8";
    case DataType::kBF16:
      return "bf16";
    case DataType::kINT4:
      return "int4";
    case DataType::kFP4:
      return "fp4";
    case DataType::kE8M0:
      return "e8m0";
    default:
      break;
  }
  const std::optional<DType> known = dtypeOf(type);
  return known ? name(*known) : "a type that is newer than this program";
}

std::string named(const char* what, const char* name) {
  return std::string("the ") + what + " \"" + (name != nullptr ? name : "") + "\"";
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
