#include "tensorrt/impl/precision.h"

#include <string>

#include "core/error.h"

#if EDGE_TENSORRT_MAJOR == 10
// The flags are deprecated since 10.12, in favour of what 11 demands.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#endif

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

using nvinfer1::BuilderFlag;
using nvinfer1::INetworkDefinition;
using nvinfer1::LayerType;

#if EDGE_TENSORRT_MAJOR == 10

void requireRanges(bool calibrated, const INetworkDefinition& network) {
  if (calibrated || quantizes(network)) return;
  throw Error(
      ErrorCode::MODEL_UNSUPPORTED,
      {"int8 was asked for, and nothing says what ranges the model's values have",
       "calibration, or a model with QuantizeLinear and DequantizeLinear nodes", "neither",
       "Give calibration batches (tensorrt: { calibration }, edge-trt build --calibrate), or quantize "
       "the ONNX file first, with onnxruntime's quantize_static, say."});
}

#else

bool hasType(const INetworkDefinition& network, nvinfer1::DataType wanted) {
  for (std::int32_t i = 0; i < network.getNbInputs(); ++i) {
    const nvinfer1::ITensor* tensor = network.getInput(i);
    if (tensor != nullptr && tensor->getType() == wanted) return true;
  }
  for (std::int32_t i = 0; i < network.getNbLayers(); ++i) {
    const nvinfer1::ILayer* layer = network.getLayer(i);
    for (std::int32_t j = 0; layer != nullptr && j < layer->getNbOutputs(); ++j) {
      const nvinfer1::ITensor* tensor = layer->getOutput(j);
      if (tensor != nullptr && tensor->getType() == wanted) return true;
    }
  }
  return false;
}

[[noreturn]] void refuse(const std::string& precision, const std::string& expected,
                         const std::string& remedy) {
  throw Error(ErrorCode::MODEL_UNSUPPORTED,
              {precision + " was asked for, and TensorRT 11 computes in the types that the model has",
               expected, "a model without", remedy});
}

#endif

}  // namespace

bool quantizes(const INetworkDefinition& network) {
  for (std::int32_t i = 0; i < network.getNbLayers(); ++i) {
    const nvinfer1::ILayer* layer = network.getLayer(i);
    if (layer == nullptr) continue;
    const LayerType type = layer->getType();
    if (type == LayerType::kQUANTIZE || type == LayerType::kDEQUANTIZE) return true;
  }
  return false;
}

#if EDGE_TENSORRT_MAJOR == 10

void setPrecision(Precision precision, bool calibrated, const INetworkDefinition& network,
                  nvinfer1::IBuilderConfig& config) {
  switch (precision) {
    case Precision::fp32:
      // A quantized model is quantized, whatever else is allowed; TensorRT wants to hear it.
      if (quantizes(network)) config.setFlag(BuilderFlag::kINT8);
      return;
    case Precision::fp16:
      config.setFlag(BuilderFlag::kFP16);
      if (quantizes(network)) config.setFlag(BuilderFlag::kINT8);
      return;
    case Precision::bf16:
      config.setFlag(BuilderFlag::kBF16);
      if (quantizes(network)) config.setFlag(BuilderFlag::kINT8);
      return;
    case Precision::int8:
      requireRanges(calibrated, network);
      config.setFlag(BuilderFlag::kINT8);
      // What cannot be had in int8, or is slower in it, need not go back to fp32.
      config.setFlag(BuilderFlag::kFP16);
      return;
    case Precision::best:
      config.setFlag(BuilderFlag::kFP16);
      if (calibrated || quantizes(network)) config.setFlag(BuilderFlag::kINT8);
      return;
  }
}

#else

void setPrecision(Precision precision, bool /*calibrated*/, const INetworkDefinition& network,
                  nvinfer1::IBuilderConfig& /*config*/) {
  switch (precision) {
    case Precision::fp32:
    case Precision::best:
      return;
    case Precision::fp16:
      if (hasType(network, nvinfer1::DataType::kHALF)) return;
      refuse("fp16", "a model with fp16 tensors",
             "Cast the ONNX file to fp16 first, with @edge/model, and build that.");
    case Precision::bf16:
      if (hasType(network, nvinfer1::DataType::kBF16)) return;
      refuse("bf16", "a model with bf16 tensors", "Cast the ONNX file to bf16 first, and build that.");
    case Precision::int8:
      if (quantizes(network)) return;
      refuse("int8", "a model with QuantizeLinear and DequantizeLinear nodes",
             "Quantize the ONNX file first, with onnxruntime's quantize_static, say, and build that.");
  }
}

#endif

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
