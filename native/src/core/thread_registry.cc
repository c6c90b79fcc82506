#include "core/thread_registry.h"

#include <algorithm>
#include <cstdlib>

#include "core/inference_thread.h"

namespace edge {

ThreadRegistry& ThreadRegistry::instance() {
  // Never destroyed: exit handlers and late finalizers still come here. The addon is linked so that it is
  // never unloaded.
  static ThreadRegistry& registry =
      *new ThreadRegistry;  // NOLINT(cppcoreguidelines-owning-memory): immortal, see above
  return registry;
}

void ThreadRegistry::add(InferenceThread& thread) {
  const std::scoped_lock lock(mutex_);
  threads_.push_back(&thread);
}

void ThreadRegistry::remove(InferenceThread& thread) {
  const std::scoped_lock lock(mutex_);
  threads_.erase(std::remove(threads_.begin(), threads_.end(), &thread), threads_.end());
}

void ThreadRegistry::stopThreadsAtExit() {
  // That it cannot be registered, for want of memory, is no reason not to run models.
  static_cast<void>(std::atexit([] { instance().stopAll(); }));
}

void ThreadRegistry::stopAll() noexcept {
  const std::scoped_lock lock(mutex_);
  for (InferenceThread* thread : threads_) thread->stop();
}

}  // namespace edge
