#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>

/// What generated stubs ask of whoever implements TensorRT's interfaces; here nothing but that a call which
/// the recorded network does not know is told by its name.
namespace edge::tensorrt_double {

struct Call {
  const char* name;
  int since;
  bool canFail;
};

inline bool enter(const Call&) noexcept {
  return false;
}

[[noreturn]] inline void notImplemented(const char* call) noexcept {
  std::fprintf(stderr, "the recorded network has no %s\n", call);
  std::abort();
}

class Live {
 public:
  explicit Live(const char*) {}
};

/// What a refused call gives; none is.
template <typename Result>
Result refusal() {
  if constexpr (std::is_reference_v<Result>) {
    notImplemented("reference");
  } else {
    return Result{};
  }
}

}  // namespace edge::tensorrt_double
