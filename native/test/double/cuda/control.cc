#include "control.h"

#include <string>

#include "state.h"

using edge::cuda_double::State;

#define EDGE_CONTROL [[gnu::visibility("default")]]

extern "C" {

EDGE_CONTROL bool edge_cuda_double_set(const char* settings) {
  return State::instance().set(settings);
}

EDGE_CONTROL void edge_cuda_double_reset() {
  State::instance().reset();
}

EDGE_CONTROL void edge_cuda_double_fail(const char* call, std::int64_t nth, int code, std::int64_t times) {
  State::instance().fail({call, nth - 1, times, code});
}

EDGE_CONTROL std::int64_t edge_cuda_double_failed() {
  return State::instance().failed();
}

EDGE_CONTROL std::int64_t edge_cuda_double_calls(const char* call) {
  return State::instance().calls(call);
}

EDGE_CONTROL std::int64_t edge_cuda_double_live(const char* kind) {
  return State::instance().live(kind);
}

EDGE_CONTROL std::int64_t edge_cuda_double_orphans() {
  return State::instance().orphans();
}

EDGE_CONTROL std::int64_t edge_cuda_double_depth() {
  return edge::cuda_double::contextDepth();
}

EDGE_CONTROL std::size_t edge_cuda_double_log(char* to, std::size_t capacity) {
  const std::string log = State::instance().log();
  if (to != nullptr) log.copy(to, capacity);
  return log.size();
}
}
