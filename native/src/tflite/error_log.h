#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "tflite/abi.h"

namespace edge::tflite {

/// Collects what TFLite reports, which otherwise goes to stderr, so that it can become part of an error.
class ErrorLog {
 public:
  /// Everything reported since the last call, lines joined by "; ".
  std::string take();

  /// The same, or words that say that there is nothing.
  std::string takeOrSilence();

  /// Forgets what was reported; next to nothing where that is nothing.
  void clear() {
    if (any_.load(std::memory_order_relaxed)) take();
  }

  /// To be given to the library together with a pointer to the log.
  static void report(void* log, const char* format, std::va_list arguments) noexcept;

 private:
  std::mutex mutex_;  // kernels report from the threads of the library's pool
  std::string text_;
  std::atomic<bool> any_{false};
};

}  // namespace edge::tflite
