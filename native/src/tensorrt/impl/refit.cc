#include "tensorrt/impl/refit.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/error.h"
#include "tensorrt/impl/parser.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

constexpr std::int32_t kMostNames = 20;

std::string missingWeights(nvinfer1::IRefitter& refitter) {
  const std::int32_t count = refitter.getMissingWeights(0, nullptr);
  if (count <= 0) return {};
  std::vector<const char*> names(static_cast<std::size_t>(std::min(count, kMostNames)), nullptr);
  refitter.getMissingWeights(static_cast<std::int32_t>(names.size()), names.data());
  std::string list;
  for (const char* name : names) {
    if (name != nullptr) list += (list.empty() ? "" : ", ") + std::string(name);
  }
  if (count > kMostNames) list += " and " + std::to_string(count - kMostNames) + " more";
  return list;
}

void requireEntryPoints(const EntryPoints& entryPoints) {
  if (entryPoints.createInferRefitter != nullptr && entryPoints.createParserRefitter != nullptr) return;
  throw Error(ErrorCode::LIBRARY_NOT_FOUND,
              {"weights cannot be changed without TensorRT's ONNX parser",
               "libnvonnxparser.so." + std::to_string(entryPoints.version.major), entryPoints.parserMissing,
               "Install it, or build the engine again."});
}

}  // namespace

void refit(const EntryPoints& entryPoints, EngineParts& parts, const OnnxContent& model) {
  if (!parts.engine->isRefittable()) {
    throw Error(
        ErrorCode::INVALID_ARGUMENT,
        {"the engine's weights cannot be changed", "an engine that was built to be refittable",
         "one that was not",
         "Build it again, refittable: tensorrt: { refittable: true }, or edge-trt build --refittable."});
  }
  requireEntryPoints(entryPoints);
  if (model.bytes == nullptr || model.bytes->bytes() == 0) {
    throw Error(ErrorCode::MODEL_INVALID,
                {"the model is empty", "a model in the ONNX format", "no bytes", ""});
  }
  Log& log = *parts.log;
  log.clear();
  const auto refitter = owned<nvinfer1::IRefitter>(reinterpret_cast<CreateForObject>(
      entryPoints.createInferRefitter)(parts.engine.get(), &log, versionNumber(entryPoints.version)));
  if (refitter == nullptr) throw failure(ErrorCode::DEVICE_FAILED, "TensorRT could not make a refitter", log);
  const auto reader = owned<nvonnxparser::IParserRefitter>(reinterpret_cast<CreateForObject>(
      entryPoints.createParserRefitter)(refitter.get(), &log, NV_ONNX_PARSER_VERSION));
  if (reader == nullptr)
    throw failure(ErrorCode::DEVICE_FAILED, "TensorRT could not make a refitting parser", log);
  const char* path = model.path.empty() ? nullptr : model.path.c_str();
  if (!reader->refitFromBytes(model.bytes->data(), model.bytes->bytes(), path)) {
    throw parserError(*reader, model, "TensorRT cannot take the weights of the ONNX model", log);
  }
  // Up to here nothing has changed: TensorRT replaces weights at the end, and may then stop in the middle.
  const std::string missing = missingWeights(*refitter);
  if (!missing.empty()) {
    throw Error(ErrorCode::ENGINE_INCOMPATIBLE,
                {"the model does not have all weights of the engine", "another model of the same network",
                 "no " + missing, "Give the model that the engine was built from, with other weights."});
  }
  parts.weightsMixed = true;
  if (!refitter->refitCudaEngine())
    throw failure(ErrorCode::DEVICE_FAILED, "TensorRT could not change the engine's weights", log,
                  "Some may be new, and others old: open the engine again.");
  parts.weightsMixed = false;
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
