#include "control.h"

#include <NvInferVersion.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

#include "../control_api.h"

namespace edge::tensorrt_double {

namespace {

const char* environment(const char* name) {
  return std::getenv((std::string("EDGE_TENSORRT_DOUBLE_") + name).c_str());
}

int number(const char* text, int otherwise) {
  return text == nullptr ? otherwise : static_cast<int>(std::strtol(text, nullptr, 10));
}

Gpu parseGpu(const char* text) {
  if (text == nullptr) return {"NVIDIA Double", 8, 7};
  const std::string all = text;
  const std::size_t comma = all.find(',');
  if (all == "none" || comma == std::string::npos) return {};
  const std::size_t dot = all.find('.', comma);
  return {all.substr(0, comma), number(all.c_str() + comma + 1, 8),
          dot == std::string::npos ? 0 : number(all.c_str() + dot + 1, 0)};
}

/// What was told. Environment variables hold until a function takes another value.
struct Wishes {
  int minor = number(environment("MINOR"), NV_TENSORRT_MINOR);
  std::string failing;
  int failingNumber = 0;
  Gpu gpu = parseGpu(environment("GPU"));
  int dlaCores = number(environment("DLA"), 0);
  int stepMs = number(environment("STEP_MS"), 0);
  std::string missingPlugin;
  std::map<std::string, int> tensorProperties;  ///< By `tensor property`.

  Wishes() {
    const char* text = environment("FAIL");
    if (text == nullptr) return;
    const std::string all = text;
    const std::size_t mark = all.find('#');
    failing = all.substr(0, mark);
    failingNumber = mark == std::string::npos ? 1 : number(all.c_str() + mark + 1, 1);
  }
};

struct State {
  std::mutex mutex;
  Wishes wishes;
  std::map<std::string, int, std::less<>> live;
  std::map<std::string, int, std::less<>> calls;
  int failable = 0;
  int failed = 0;
  int untilFailure = wishes.failingNumber;

  void report() const {
    const char* file = environment("REPORT");
    if (file == nullptr) return;
    std::ofstream stream(file);
    stream << "{\"live\":";
    write(stream, live);
    stream << ",\"calls\":";
    write(stream, calls);
    stream << "}\n";
  }

  static void write(std::ofstream& stream, const std::map<std::string, int, std::less<>>& counts) {
    const char* separator = "{";
    for (const auto& [name, count] : counts) {
      stream << separator << '"' << name << "\":" << count;
      separator = ",";
    }
    stream << (counts.empty() ? "{}" : "}");
  }
};

State& state() {
  // Never destroyed: objects may outlive this library's own variables as the process ends.
  static State& instance = *std::make_unique<State>().release();
  return instance;
}

__attribute__((destructor)) void writeReport() {
  state().report();
}

thread_local int ownCalls = 0;

[[noreturn]] void tooNew(const char* what, int since, int minor) noexcept {
  const std::string major = std::to_string(NV_TENSORRT_MAJOR) + ".";
  stop(std::string(what) + " is there since " + major + std::to_string(since) + ", and was used on " + major +
       std::to_string(minor));
}

}  // namespace

void stop(const std::string& message) noexcept {
  std::fprintf(stderr, "the double of TensorRT: %s\n", message.c_str());
  std::abort();
}

void notImplemented(const char* call) noexcept {
  stop(std::string(call) + " does nothing here: implement it, or do not call it");
}

void requireSince(const char* value, int minor) noexcept {
  const int here = version().minor;
  if (minor > here) tooNew(value, minor, here);
}

bool enter(const Call& call) noexcept {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  if (call.since > all.wishes.minor) tooNew(call.name, call.since, all.wishes.minor);
  const bool named = all.wishes.failing == call.name;
  if (ownCalls == 0) {
    const auto found = all.calls.find(std::string_view(call.name));
    if (found != all.calls.end()) {
      ++found->second;
    } else {
      all.calls.emplace(call.name, 1);
    }
    if (call.canFail) ++all.failable;
  } else if (!named) {
    return false;
  }
  const bool counts = named || (all.wishes.failing.empty() && call.canFail);
  if (!counts || all.untilFailure == 0) return false;
  --all.untilFailure;
  if (all.untilFailure > 0) return false;
  ++all.failed;
  return true;
}

Live::Live(const char* interface) : interface_(interface) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  ++all.live[interface];
}

Live::~Live() {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  --all.live[interface_];
}

OwnCalls::OwnCalls() noexcept {
  ++ownCalls;
}

OwnCalls::~OwnCalls() {
  --ownCalls;
}

Version version() {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  const int minor = all.wishes.minor;
  if (minor == NV_TENSORRT_MINOR) return {NV_TENSORRT_MAJOR, minor, NV_TENSORRT_PATCH, NV_TENSORRT_BUILD};
  // As JetPack 6 and 7 have them; of other versions only the first two numbers matter.
  if (NV_TENSORRT_MAJOR == 10 && minor == 3) return {10, 3, 0, 30};
  if (NV_TENSORRT_MAJOR == 10 && minor == 13) return {10, 13, 3, 9};
  return {NV_TENSORRT_MAJOR, minor, 0, 1};
}

std::string text(const Version& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
         std::to_string(version.patch) + "." + std::to_string(version.build);
}

Gpu gpu() {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  return all.wishes.gpu;
}

int dlaCores() {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  return all.wishes.dlaCores;
}

int tensorProperty(const std::string& tensor, const std::string& property, int otherwise) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  const auto found = all.wishes.tensorProperties.find(tensor + " " + property);
  return found == all.wishes.tensorProperties.end() ? otherwise : found->second;
}

std::string missingPlugin() {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  return all.wishes.missingPlugin;
}

void buildStep() {
  int milliseconds = 0;
  {
    State& all = state();
    const std::scoped_lock lock(all.mutex);
    milliseconds = all.wishes.stepMs;
  }
  if (milliseconds > 0) std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

}  // namespace edge::tensorrt_double

using edge::tensorrt_double::state;
using edge::tensorrt_double::State;

#define EXPORT __attribute__((visibility("default")))

EXPORT void edge_double_reset() {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  all.wishes = {};
  all.calls.clear();
  all.failable = 0;
  all.failed = 0;
  all.untilFailure = all.wishes.failingNumber;
}

EXPORT void edge_double_set_minor(int minor) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  all.wishes.minor = minor;
}

EXPORT void edge_double_fail(const char* call, int nth) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  all.wishes.failing = call == nullptr ? "" : call;
  all.untilFailure = nth;
}

EXPORT int edge_double_failed() {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  return all.failed;
}

EXPORT int edge_double_live(const char* interface) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  int count = 0;
  for (const auto& [name, number] : all.live) {
    if (interface == nullptr || name == interface) count += number;
  }
  return count;
}

EXPORT int edge_double_calls(const char* call) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  if (call == nullptr) return all.failable;
  const auto found = all.calls.find(std::string_view(call));
  return found == all.calls.end() ? 0 : found->second;
}

EXPORT void edge_double_set_gpu(const char* name, int compute_major, int compute_minor) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  all.wishes.gpu = {name == nullptr ? "" : name, compute_major, compute_minor};
}

EXPORT void edge_double_set_dla_cores(int cores) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  all.wishes.dlaCores = cores;
}

EXPORT void edge_double_set_tensor(const char* tensor, const char* property, int value) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  all.wishes.tensorProperties[std::string(tensor) + " " + property] = value;
}

EXPORT void edge_double_set_step_ms(int milliseconds) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  all.wishes.stepMs = milliseconds;
}

EXPORT void edge_double_set_missing_plugin(const char* name) {
  State& all = state();
  const std::scoped_lock lock(all.mutex);
  all.wishes.missingPlugin = name;
}
