#include "tflite/tensor_description.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.h"

namespace edge::tflite {
namespace {

std::optional<DType> dtypeOf(abi::Type type) {
  switch (type) {
    case abi::Type::float32:
      return DType::float32;
    case abi::Type::float16:
      return DType::float16;
    case abi::Type::float64:
      return DType::float64;
    case abi::Type::int8:
      return DType::int8;
    case abi::Type::uint8:
      return DType::uint8;
    case abi::Type::int16:
      return DType::int16;
    case abi::Type::uint16:
      return DType::uint16;
    case abi::Type::int32:
      return DType::int32;
    case abi::Type::uint32:
      return DType::uint32;
    case abi::Type::int64:
      return DType::int64;
    case abi::Type::uint64:
      return DType::uint64;
    case abi::Type::boolean:
      return DType::boolean;
    default:
      return std::nullopt;
  }
}

/// Of types that no tensor of ours can have.
std::string typeName(abi::Type type) {
  switch (type) {
    case abi::Type::string:
      return "strings";
    case abi::Type::complex64:
      return "complex64";
    case abi::Type::complex128:
      return "complex128";
    case abi::Type::resource:
      return "a resource";
    case abi::Type::variant:
      return "a variant";
    case abi::Type::int4:
      return "int4";
    case abi::Type::bfloat16:
      return "bfloat16";
    default:
      return "TFLite type " + std::to_string(static_cast<int>(type));
  }
}

/// Dimensions with -1 where any size is accepted; empty where the library does not tell.
std::vector<std::int64_t> signatureOf(const Library& library, const abi::Tensor* tensor) {
  std::int32_t count = 0;
  if (library.OpaqueTensorGetNumDimsSignature == nullptr || library.OpaqueTensorGetDimSignature == nullptr ||
      library.OpaqueTensorGetNumDimsSignature(tensor, &count) != abi::kOk) {
    return {};
  }
  std::vector<std::int64_t> signature;
  for (std::int32_t i = 0; i < count; ++i) {
    std::int32_t size = 0;
    if (library.OpaqueTensorGetDimSignature(tensor, i, &size) != abi::kOk) return {};
    signature.push_back(size);
  }
  return signature;
}

std::optional<ChannelQuantization> channelQuantizationOf(const Library& library, const abi::Tensor* tensor) {
  if (library.OpaqueTensorGetQuantization == nullptr) return std::nullopt;
  const abi::Quantization quantization = library.OpaqueTensorGetQuantization(tensor);
  if (quantization.type != abi::kAffineQuantization || quantization.parameters == nullptr)
    return std::nullopt;
  const auto& affine = *static_cast<const abi::AffineQuantization*>(quantization.parameters);
  if (affine.scale == nullptr || affine.scale->size < 2) return std::nullopt;
  ChannelQuantization channels;
  channels.axis = affine.dimension;
  channels.scales.assign(affine.scale->values, affine.scale->values + affine.scale->size);
  if (affine.zeroPoint != nullptr) {
    channels.zeroPoints.assign(affine.zeroPoint->values, affine.zeroPoint->values + affine.zeroPoint->size);
  }
  channels.zeroPoints.resize(channels.scales.size());
  return channels;
}

/// Leaves open what only a run tells.
void forgetSize(TensorDesc& desc) {
  desc.bytes = 0;
  desc.shape.assign(desc.shape.size(), -1);
  if (desc.shapeSignature.empty()) desc.shapeSignature = desc.shape;
}

}  // namespace

std::vector<std::int64_t> shapeOf(const Library& library, const abi::Tensor* tensor) {
  std::vector<std::int64_t> shape;
  const std::int32_t dims = library.TensorNumDims(tensor);
  if (dims > 0) shape.reserve(static_cast<std::size_t>(dims));
  for (std::int32_t d = 0; d < dims; ++d) shape.push_back(library.TensorDim(tensor, d));
  return shape;
}

TensorDesc describe(const Library& library, const abi::Tensor* tensor, const std::string& label) {
  if (tensor == nullptr) {
    throw Error(ErrorCode::MODEL_INVALID, {"the model's " + label + " does not exist", "", "", ""});
  }
  TensorDesc desc;
  if (const char* name = library.TensorName(tensor); name != nullptr) desc.name = name;
  const abi::Type type = library.TensorType(tensor);
  const std::optional<DType> dtype = dtypeOf(type);
  if (!dtype) {
    throw Error(ErrorCode::MODEL_UNSUPPORTED,
                {"the model's " + label + " (\"" + desc.name + "\") is of a type that JavaScript cannot hold",
                 "numbers or booleans", typeName(type),
                 "Convert the model so that its inputs and outputs are numbers."});
  }
  desc.dtype = *dtype;
  desc.shape = shapeOf(library, tensor);
  desc.shapeSignature = signatureOf(library, tensor);
  if (desc.shapeSignature.size() != desc.shape.size()) desc.shapeSignature = desc.shape;
  desc.bytes = library.TensorByteSize(tensor);
  const abi::QuantizationParams quantization = library.TensorQuantizationParams(tensor);
  desc.channelQuantization = channelQuantizationOf(library, tensor);
  if (quantization.scale != 0 && !desc.channelQuantization) {
    desc.quantization = Quantization{quantization.scale, quantization.zeroPoint};
  }
  if (library.OpaqueTensorGetAllocationType != nullptr) {
    const abi::AllocationType allocation = library.OpaqueTensorGetAllocationType(tensor);
    desc.dynamic = allocation == abi::AllocationType::dynamic;
    desc.copied =
        allocation != abi::AllocationType::arena && allocation != abi::AllocationType::arenaPersistent;
  }
  if (desc.dynamic) forgetSize(desc);
  return desc;
}

TensorDesc describeOutput(const Library& library, const abi::Tensor* tensor, const std::string& label) {
  TensorDesc desc = describe(library, tensor, label);
  if (desc.dynamic || library.TensorData(tensor) != nullptr) return desc;
  // What has no elements needs no memory, unless it has none only for now.
  desc.copied = true;
  const auto& signature = desc.shapeSignature;
  if (desc.bytes > 0 || std::find(signature.begin(), signature.end(), -1) != signature.end()) {
    desc.dynamic = true;
    forgetSize(desc);
  }
  return desc;
}

}  // namespace edge::tflite
