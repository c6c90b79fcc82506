#pragma once

#include <mutex>
#include <vector>

namespace edge {

class InferenceThread;

/// All inference threads of the process.
///
/// `process.exit()` on the main thread runs the C library's exit handlers without running the environment's
/// clean-up hooks. A vendor library's static destructors would then run under an inference that is still at
/// work; this registry stops the threads first.
class ThreadRegistry {
 public:
  static ThreadRegistry& instance();

  void add(InferenceThread& thread);
  void remove(InferenceThread& thread);

  /// Registers the exit handler. To be called after each vendor library was loaded, and once more after it
  /// was used: handlers run in reverse order, so that this one runs before the destructors that the library
  /// registered till then.
  void stopThreadsAtExit();

 private:
  ThreadRegistry() = default;
  void stopAll() noexcept;

  std::mutex mutex_;
  std::vector<InferenceThread*> threads_;
};

}  // namespace edge
