#include "state.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "control.h"

namespace edge::cuda_double {
namespace {

constexpr std::size_t kMostLines = 100'000;

std::size_t index(Kind kind) {
  return static_cast<std::size_t>(kind);
}

}  // namespace

void die(const std::string& why) {
  static_cast<void>(std::fprintf(stderr, "The double of libcuda: %s\n", why.c_str()));
  std::abort();
}

std::string text(abi::DevicePointer address) {
  std::ostringstream stream;
  stream << "0x" << std::hex << address;
  return stream.str();
}

std::string text(const void* address) {
  return text(reinterpret_cast<abi::DevicePointer>(address));
}

State& State::instance() {
  static State& state = *new State;  // NOLINT: immortal; its streams' threads may outlive everything
  return state;
}

State::State() {
  const char* settings = std::getenv("EDGE_CUDA_DOUBLE");
  if (settings != nullptr && !set(settings))
    die(std::string("EDGE_CUDA_DOUBLE is not understood: ") + settings);
}

Settings State::settings() {
  const std::scoped_lock lock(mutex_);
  return settings_;
}

void State::reset() {
  const std::scoped_lock lock(mutex_);
  settings_ = Settings{};
  failures_.clear();
  failed_ = 0;
  allCalls_ = 0;
  calls_.clear();
  log_.clear();
  orphans_ = 0;
}

void State::fail(Failure failure) {
  const std::scoped_lock lock(mutex_);
  failures_.push_back(std::move(failure));
}

std::int64_t State::failed() {
  const std::scoped_lock lock(mutex_);
  return failed_;
}

std::int64_t State::calls(const char* name) {
  const std::scoped_lock lock(mutex_);
  if (name == nullptr) return allCalls_;
  const auto found = calls_.find(name);
  return found == calls_.end() ? 0 : found->second;
}

std::int64_t State::live(const char* kind) {
  const std::scoped_lock lock(mutex_);
  std::int64_t sum = 0;
  bool known = kind == nullptr;
  for (std::size_t i = 0; i < live_.size(); ++i) {
    if (kind != nullptr && std::string(kind) != kKindNames.at(i)) continue;
    known = true;
    sum += live_.at(i);
  }
  return known ? sum : -1;
}

std::int64_t State::orphans() {
  const std::scoped_lock lock(mutex_);
  return orphans_;
}

std::string State::log() {
  const std::scoped_lock lock(mutex_);
  std::string all;
  for (const std::string& line : log_) all += line + "\n";
  return all;
}

abi::Result State::record(const char* call, const std::string& arguments) {
  const std::scoped_lock lock(mutex_);
  ++allCalls_;
  ++calls_[call];
  if (log_.size() < kMostLines) log_.push_back(std::string(call) + "(" + arguments + ")");
  for (Failure& failure : failures_) {
    if (failure.call != "*" && failure.call != call) continue;
    if (failure.after-- > 0) continue;
    if (failure.times == 0) continue;
    if (failure.times > 0) --failure.times;
    ++failed_;
    if (!log_.empty()) log_.back() += " told to fail with " + std::to_string(failure.code);
    return failure.code;
  }
  return abi::kSuccess;
}

void State::count(Kind kind, std::int64_t change) {
  const std::scoped_lock lock(mutex_);
  live_.at(index(kind)) += change;
}

void State::addObject(Kind kind, const void* handle, std::shared_ptr<void> object) {
  const std::scoped_lock lock(mutex_);
  ++live_.at(index(kind));
  objects_[handle] = {kind, std::move(object)};
}

std::shared_ptr<void> State::getObject(Kind kind, const void* handle) {
  const std::scoped_lock lock(mutex_);
  const auto found = objects_.find(handle);
  if (found == objects_.end() || found->second.kind != kind)
    die(text(handle) + " is none of the live " + kKindNames.at(index(kind)));
  return found->second.object;
}

std::shared_ptr<void> State::takeObject(Kind kind, const void* handle) {
  std::shared_ptr<void> object = getObject(kind, handle);
  const std::scoped_lock lock(mutex_);
  objects_.erase(handle);
  --live_.at(index(kind));
  return object;
}

void State::dropAll() {
  std::map<const void*, Entry> dropped;
  {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < live_.size(); ++i) {
      if (i == index(Kind::context)) continue;
      orphans_ += live_.at(i);
      live_.at(i) = 0;
    }
    dropped.swap(objects_);
  }
  // Streams first, since what waits on them uses the rest.
  for (auto& [handle, entry] : dropped) {
    if (entry.kind == Kind::stream) entry.object.reset();
  }
  dropMemory();
}

Entered enter(const char* call, Needs needs, const std::string& arguments) {
  State& state = State::instance();
  const abi::Result told = state.record(call, arguments);
  if (needs == Needs::nothing) return {told, told != abi::kSuccess};
  if (state.settings().deinitialized) return {abi::kDeinitialized, false};
  if (inHostFunction()) return {abi::kNotPermitted, false};
  if (!state.initialized()) return {abi::kNotInitialized, false};
  if (needs >= Needs::context) {
    if (const abi::Result current = currentContext(); current != abi::kSuccess) return {current, false};
  }
  if (needs == Needs::quiet && invalidateCapture()) return {abi::kCaptureUnsupported, false};
  return {told, told != abi::kSuccess};
}

}  // namespace edge::cuda_double
