#pragma once

#include <string>
#include <vector>

#include "tensorrt/impl/log.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Reads an ONNX model into a network.
/// @returns the parser, which owns weights that the network refers to: it stays until the engine is built.
/// @throws Error MODEL_INVALID where the bytes are not ONNX, MODEL_UNSUPPORTED with every node that could not
/// be taken, LIBRARY_NOT_FOUND where the parser's library is not there.
Owned<nvonnxparser::IParser> parse(const EntryPoints& entryPoints, const OnnxContent& model,
                                   nvinfer1::INetworkDefinition& network, Log& log);

/// The error of a parser, or of a parser's refitter, which tell of problems in the same way.
/// @tparam Teller IParser or IParserRefitter.
template <typename Teller>
Error parserError(const Teller& teller, const OnnxContent& model, std::string summary, Log& log);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
