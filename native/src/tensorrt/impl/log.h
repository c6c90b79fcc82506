#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/error.h"
#include "tensorrt/impl/vendor.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// Collects what TensorRT says, which otherwise would go nowhere, so that it can become part of an error or
/// of a build's warnings.
class Log final : public nvinfer1::ILogger {
 public:
  /// From whichever of TensorRT's threads.
  void log(Severity severity, const char* message) noexcept override;

  /// The errors since the last call, joined by "; ". The first ones are kept: later ones are mostly their
  /// consequences.
  std::string takeErrors();
  /// The same, or words that say that there are none.
  std::string takeErrorsOrSilence();
  /// The warnings since the last call, each once.
  std::vector<std::string> takeWarnings();
  /// Adds one of ours.
  void warn(std::string message);
  /// Forgets everything.
  void clear() noexcept;

 private:
  std::mutex mutex_;
  std::string errors_;
  std::size_t errorsDropped_ = 0;
  std::vector<std::string> warnings_;
};

/// Gives a log back for the next one who wants one.
struct ReturnLog {
  void operator()(Log* log) const noexcept;
};

/// A log, lent. TensorRT keeps the first logger it was given as that of the process, and may write to it when
/// the object it was given for has gone: so logs are never destroyed, but used again.
using LentLog = std::unique_ptr<Log, ReturnLog>;
LentLog lendLog();

/// What TensorRT said last of a plugin that it did not find, or nothing. It tells the logger of the process,
/// which is the first one it was given, and not that of the engine that wants the plugin.
std::string takeMissingPlugin();

/// A failure with what TensorRT said about it; OUT_OF_MEMORY where that is what it says.
Error failure(ErrorCode code, std::string summary, Log& log, std::string remedy = {});

/// Of an object that TensorRT makes only where it finds a GPU: DEVICE_UNAVAILABLE where it says that there is
/// none, else DEVICE_FAILED.
Error deviceFailure(std::string summary, Log& log);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
