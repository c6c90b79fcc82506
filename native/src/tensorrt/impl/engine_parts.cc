#include "tensorrt/impl/engine_parts.h"

#include <algorithm>
#include <string>

#include "core/error.h"
#include "tensorrt/impl/types.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

using nvinfer1::ICudaEngine;
using nvinfer1::OptProfileSelector;
using Shape = std::vector<std::int64_t>;

[[noreturn]] void refuse(const std::string& what, const std::string& expected, const std::string& found,
                         const std::string& remedy) {
  throw Error(ErrorCode::MODEL_UNSUPPORTED, {what, expected, found, remedy});
}

/// Refuses what a request has no memory for: its tensors lie where the GPU works.
void checkPlace(const ICudaEngine& engine, const char* name, bool input, const std::string& tensor) {
  const bool onHost = engine.getTensorLocation(name) != nvinfer1::TensorLocation::kDEVICE;
  const bool shape = engine.isShapeInferenceIO(name);
  // An output that is a shape, too, is written like any other where it lies on the GPU.
  if (!onHost && !(shape && input)) return;
  refuse(
      tensor + " of the engine " +
          (shape ? "holds a shape of other tensors" : "lies in the processor's memory"),
      "tensors that are data, in the GPU's memory",
      shape ? "a shape tensor" : "a tensor in the processor's memory",
      "Export the model with that shape as a constant, or taken from its other inputs, and build it again.");
}

/// Refuses values in another order than that of the shape, as trtexec --inputIOFormats=fp16:chw16 asks for.
void checkFormat(const ICudaEngine& engine, const char* name, const std::string& tensor) {
  const std::int32_t profiles = std::max(engine.getNbOptimizationProfiles(), 1);
  for (std::int32_t profile = 0; profile < profiles; ++profile) {
    if (engine.getTensorFormat(name, profile) == nvinfer1::TensorFormat::kLINEAR) continue;
    const char* format = engine.getTensorFormatDesc(name, profile);
    refuse(tensor + " of the engine is not laid out row by row", "the linear format (trtexec calls it chw)",
           format != nullptr && *format != '\0' ? format : "another format",
           "Build the engine with linear inputs and outputs: with edge-trt build, or with trtexec without "
           "--inputIOFormats and --outputIOFormats.");
  }
}

std::size_t bytesOf(const TensorDesc& desc) {
  std::size_t bytes = elementBytes(desc.dtype);
  for (const std::int64_t size : desc.shape) bytes *= static_cast<std::size_t>(size);
  return bytes;
}

TensorDesc describeTensor(const ICudaEngine& engine, const char* name, bool input) {
  const std::string tensor = named(input ? "input" : "output", name);
  const nvinfer1::DataType type = engine.getTensorDataType(name);
  const std::optional<DType> dtype = dtypeOf(type);
  if (!dtype) {
    refuse(tensor + " of the engine has a type that JavaScript has no numbers for",
           "float32, float16, int8, uint8, int32, int64 or bool", typeName(type),
           "Cast the model's inputs and outputs to float32 or float16 before it is built.");
  }
  checkPlace(engine, name, input, tensor);
  checkFormat(engine, name, tensor);
  const nvinfer1::Dims dims = engine.getTensorShape(name);
  const std::optional<Shape> shape = shapeOf(dims);
  if (!shape) {
    refuse(tensor + " of the engine has a shape that TensorRT's own functions cannot say",
           "at most " + std::to_string(nvinfer1::Dims::MAX_DIMS) + " dimensions",
           std::to_string(dims.nbDims) + " dimensions", "Build the engine again from its ONNX file.");
  }
  TensorDesc desc;
  desc.name = name;
  desc.dtype = *dtype;
  desc.shape = *shape;
  desc.shapeSignature = *shape;
  desc.dynamic = isOpen(desc.shape);
  desc.bytes = desc.dynamic ? 0 : bytesOf(desc);
  return desc;
}

Shape profileShape(const ICudaEngine& engine, const TensorDesc& input, std::int32_t profile,
                   OptProfileSelector which) {
  return shapeOf(engine.getProfileShape(input.name.c_str(), profile, which)).value_or(input.shapeSignature);
}

}  // namespace

void describe(EngineParts& parts) {
  const ICudaEngine& engine = *parts.engine;
  for (std::int32_t i = 0; i < engine.getNbIOTensors(); ++i) {
    const char* name = engine.getIOTensorName(i);
    if (name == nullptr) continue;
    const bool input = engine.getTensorIOMode(name) == nvinfer1::TensorIOMode::kINPUT;
    (input ? parts.inputs : parts.outputs).push_back(describeTensor(engine, name, input));
  }
  if (parts.outputs.empty()) refuse("the engine has no output", "at least one output", "none", "");
  for (std::int32_t profile = 0; profile < engine.getNbOptimizationProfiles(); ++profile) {
    Profile shapes;
    for (const TensorDesc& input : parts.inputs) {
      shapes.push_back({input.name, profileShape(engine, input, profile, OptProfileSelector::kMIN),
                        profileShape(engine, input, profile, OptProfileSelector::kOPT),
                        profileShape(engine, input, profile, OptProfileSelector::kMAX)});
    }
    parts.profiles.push_back(std::move(shapes));
  }
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
