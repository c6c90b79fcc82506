#include "cuda/context.h"

#include <map>
#include <mutex>
#include <utility>

#include "cuda/device.h"

namespace edge::cuda {

SharedContext PrimaryContext::retain(const Driver& driver, int ordinal) {
  using Contexts = std::map<std::pair<const Driver*, int>, std::weak_ptr<const PrimaryContext>>;
  static std::mutex mutex;
  static Contexts& contexts = *new Contexts;  // NOLINT: immortal; finalizers come here while the process ends
  const std::scoped_lock lock(mutex);
  std::weak_ptr<const PrimaryContext>& known = contexts[{&driver, ordinal}];
  if (SharedContext context = known.lock(); context != nullptr) return context;
  SharedContext context(new PrimaryContext(driver, ordinal));  // the constructor is private: no make_shared
  known = context;
  return context;
}

PrimaryContext::PrimaryContext(const Driver& driver, int ordinal)
    : driver_(driver), ordinal_(ordinal), device_(deviceAt(driver, ordinal)) {
  driver.check(driver.DevicePrimaryCtxRetain(&handle_, device_), "cuDevicePrimaryCtxRetain");
  driver.used();
}

PrimaryContext::~PrimaryContext() {
  static_cast<void>(driver_.DevicePrimaryCtxRelease(device_));
}

ContextScope::ContextScope(const PrimaryContext& context) : ContextScope(context, std::nothrow) {
  driver_.check(result_, "cuCtxPushCurrent");
}

ContextScope::ContextScope(const PrimaryContext& context, std::nothrow_t /*tag*/) noexcept
    : driver_(context.driver()), result_(driver_.CtxPushCurrent(context.handle())) {}

ContextScope::~ContextScope() {
  abi::Context popped = nullptr;
  if (result_ == abi::kSuccess) static_cast<void>(driver_.CtxPopCurrent(&popped));
}

MemoryInfo memoryInfo(const PrimaryContext& context) {
  const ContextScope scope(context);
  MemoryInfo info;
  const Driver& driver = context.driver();
  driver.check(driver.MemGetInfo(&info.freeBytes, &info.totalBytes), "cuMemGetInfo");
  return info;
}

}  // namespace edge::cuda
