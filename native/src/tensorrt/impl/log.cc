#include "tensorrt/impl/log.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

// A model of a thousand layers can bring ten thousand messages.
constexpr std::size_t kMostErrorBytes = 8192;
constexpr std::size_t kMostWarnings = 64;
constexpr std::size_t kMostWarningBytes = 1024;

// Each builder and runtime has a logger of its own here, which is no news to whoever opens a session.
constexpr const char* kOtherLogger = "differs from one already";

constexpr const char* kMissingPlugin = "Cannot find plugin: ";

bool saysOutOfMemory(const std::string& words) {
  return words.find("out of memory") != std::string::npos || words.find("OutOfMemory") != std::string::npos ||
         words.find("Out of memory") != std::string::npos || words.find("OUT_OF_MEMORY") != std::string::npos;
}

/// By the numbers that CUDA's runtime gives: a driver that is too old, one that lacks a function, and one too
/// old for the libraries that were to make up for that.
bool saysDriverTooOld(const std::string& words) {
  constexpr const char* kBefore = "failure with error: ";
  const std::size_t at = words.find(kBefore);
  const auto number =
      at == std::string::npos ? 0 : std::strtol(words.c_str() + at + std::strlen(kBefore), nullptr, 10);
  return number == 35 || number == 36 || number == 804 ||
         words.find("driver version is insufficient") != std::string::npos;
}

struct Pool {
  std::mutex mutex;
  std::vector<std::unique_ptr<Log>> idle;
  std::string missingPlugin;
};

Pool& pool() {
  static Pool& shared = *new Pool;  // NOLINT: immortal, as the libraries that may write to its logs are
  return shared;
}

void keepMissingPlugin(const std::string& words) {
  Pool& logs = pool();
  const std::scoped_lock lock(logs.mutex);
  logs.missingPlugin = words;
}

}  // namespace

void Log::log(Severity severity, const char* message) noexcept {
  if (severity > Severity::kWARNING || message == nullptr) return;
  try {
    if (severity == Severity::kWARNING) {
      if (std::strstr(message, kOtherLogger) == nullptr) warn(message);
      return;
    }
    std::string text = message;
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (text.find(kMissingPlugin) != std::string::npos) keepMissingPlugin(text);
    const std::scoped_lock lock(mutex_);
    if (text.empty() || errors_.find(text) != std::string::npos) return;
    if (errors_.size() + text.size() > kMostErrorBytes && !errors_.empty()) {
      ++errorsDropped_;
      return;
    }
    if (!errors_.empty()) errors_ += "; ";
    errors_ += text.substr(0, kMostErrorBytes);
  } catch (...) {  // NOLINT(bugprone-empty-catch): the caller is TensorRT; such a message is lost
  }
}

void Log::warn(std::string message) {
  while (!message.empty() && message.back() == '\n') message.pop_back();
  if (message.size() > kMostWarningBytes) message.resize(kMostWarningBytes);
  const std::scoped_lock lock(mutex_);
  if (warnings_.size() >= kMostWarnings) return;
  if (std::find(warnings_.begin(), warnings_.end(), message) != warnings_.end()) return;
  warnings_.push_back(std::move(message));
}

std::string Log::takeErrors() {
  const std::scoped_lock lock(mutex_);
  std::string text = std::exchange(errors_, {});
  if (errorsDropped_ > 0) text += "; and " + std::to_string(errorsDropped_) + " more";
  errorsDropped_ = 0;
  return text;
}

std::string Log::takeErrorsOrSilence() {
  std::string text = takeErrors();
  return text.empty() ? "no reason given by TensorRT" : text;
}

std::vector<std::string> Log::takeWarnings() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(warnings_, {});
}

void Log::clear() noexcept {
  const std::scoped_lock lock(mutex_);
  errors_.clear();
  errorsDropped_ = 0;
  warnings_.clear();
}

LentLog lendLog() {
  Pool& logs = pool();
  const std::scoped_lock lock(logs.mutex);
  if (logs.idle.empty()) {
    // So that giving one back never allocates.
    auto log = std::make_unique<Log>();
    logs.idle.reserve(logs.idle.capacity() + 1);
    return LentLog(log.release());
  }
  LentLog log(logs.idle.back().release());
  logs.idle.pop_back();
  log->clear();
  return log;
}

void ReturnLog::operator()(Log* log) const noexcept {
  Pool& logs = pool();
  const std::scoped_lock lock(logs.mutex);
  logs.idle.emplace_back(log);
}

std::string takeMissingPlugin() {
  Pool& logs = pool();
  const std::scoped_lock lock(logs.mutex);
  return std::exchange(logs.missingPlugin, {});
}

Error failure(ErrorCode code, std::string summary, Log& log, std::string remedy) {
  std::string words = log.takeErrorsOrSilence();
  if (saysOutOfMemory(words)) {
    return {
        ErrorCode::OUT_OF_MEMORY,
        {std::move(summary), "enough memory on the GPU", std::move(words),
         "Give the builder a smaller workspace, use a smaller batch or fewer sessions, or end other programs "
         "that use the GPU."}};
  }
  return {code, {std::move(summary), "", std::move(words), std::move(remedy)}};
}

Error deviceFailure(std::string summary, Log& log) {
  Error error = failure(
      ErrorCode::DEVICE_FAILED, std::move(summary), log,
      "Look with nvidia-smi (tegrastats on a Jetson) whether the GPU works and is of a kind that this "
      "version of TensorRT supports.");
  const std::string& found = error.text().found;
  if (found.find("CUDA initialization failure") == std::string::npos) return error;
  ErrorText told = error.text();
  if (saysDriverTooOld(found)) {
    told.expected = "a driver that is new enough for it";
    told.remedy =
        "The driver is older than the CUDA that this TensorRT was made for: update the driver (on a Jetson, "
        "JetPack), or install a TensorRT for the CUDA that the driver supports, which edge-trt doctor tells.";
  }
  return {ErrorCode::DEVICE_UNAVAILABLE, std::move(told)};
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
