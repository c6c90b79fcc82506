#pragma once

#include <NvInfer.h>

#include <string>

namespace edge::tensorrt_double {

using Severity = nvinfer1::ILogger::Severity;

/// TensorRT's own numbers of errors, which its messages begin with.
inline constexpr int kSerialization = 1;
inline constexpr int kInternal = 2;
inline constexpr int kApiUsage = 3;
inline constexpr int kBuilderUsage = 4;
inline constexpr int kNoImplementation = 10;

inline void log(nvinfer1::ILogger* logger, Severity severity, const std::string& message) {
  if (logger != nullptr) logger->log(severity, message.c_str());
}

/// Says an error as TensorRT does: `IBuilder::buildSerializedNetwork: Error Code 4: API Usage Error (…)`.
inline void logError(nvinfer1::ILogger* logger, const char* call, int code, const std::string& reason) {
  const char* kind = code == kSerialization      ? "Serialization"
                     : code == kInternal         ? "Internal Error"
                     : code == kNoImplementation ? "Internal Error"
                                                 : "API Usage Error";
  log(logger, Severity::kERROR,
      std::string(call) + ": Error Code " + std::to_string(code) + ": " + kind + " (" + reason + ")");
}

}  // namespace edge::tensorrt_double
