#pragma once

#include <NvInfer.h>
#include <NvOnnxParser.h>

#include <memory>
#include <string>

#include "core/buffer.h"

namespace edge::tensorrt_double {

/// Keeps what TensorRT says.
class Logger final : public nvinfer1::ILogger {
 public:
  void log(Severity severity, nvinfer1::AsciiChar const* message) noexcept override {
    if (severity <= Severity::kWARNING) text += std::string(message) + "\n";
  }

  std::string text;
};

/// Makes an engine of an ONNX model as any program does; null where something fails.
/// @param configure changes the builder's configuration, and says whether to go on.
/// @param parserErrors gets a line for each node that the parser does not take.
template <typename Configure>
std::unique_ptr<nvinfer1::IHostMemory> buildPlan(const Buffer& model, Logger& logger, Configure&& configure,
                                                 std::string& parserErrors) {
  const std::unique_ptr<nvinfer1::IBuilder> builder(nvinfer1::createInferBuilder(logger));
  if (!builder) return nullptr;
  const std::unique_ptr<nvinfer1::INetworkDefinition> network(builder->createNetworkV2(0));
  if (!network) return nullptr;
  const std::unique_ptr<nvonnxparser::IParser> parser(nvonnxparser::createParser(*network, logger));
  if (!parser) return nullptr;
  if (!parser->parse(model.data(), model.bytes())) {
    for (int i = 0; i < parser->getNbErrors(); ++i) {
      const nvonnxparser::IParserError& error = *parser->getError(i);
      parserErrors += std::string(error.nodeOperator()) + ": " + error.desc() + "\n";
    }
    return nullptr;
  }
  const std::unique_ptr<nvinfer1::IBuilderConfig> config(builder->createBuilderConfig());
  if (!config || !configure(*builder, *config)) return nullptr;
  return std::unique_ptr<nvinfer1::IHostMemory>(builder->buildSerializedNetwork(*network, *config));
}

}  // namespace edge::tensorrt_double
