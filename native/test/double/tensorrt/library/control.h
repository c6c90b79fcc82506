#pragma once

#include <string>
#include <type_traits>

/// What the doubles do at each call of TensorRT: count it, refuse it where the test wants that, and end the
/// process where the library that they are told to be has no such function. The functions here are exported
/// by libnvinfer, and used by libnvonnxparser too.
namespace edge::tensorrt_double {

#define EDGE_DOUBLE_SHARED __attribute__((visibility("default")))

/// A function of TensorRT.
struct Call {
  const char* name;  ///< `IRuntime::deserializeCudaEngine`
  int since;         ///< The minor version that has it first.
  bool canFail;      ///< Whether callers have to expect that it fails.
};

/// @returns whether the call is to fail.
EDGE_DOUBLE_SHARED bool enter(const Call& call) noexcept;

/// Ends the process with a message.
[[noreturn]] EDGE_DOUBLE_SHARED void stop(const std::string& message) noexcept;
[[noreturn]] EDGE_DOUBLE_SHARED void notImplemented(const char* call) noexcept;

/// Ends the process where a value is newer than the version that the doubles are told to be.
void requireSince(const char* value, int minor) noexcept;

/// Counts an object for as long as it lives.
class EDGE_DOUBLE_SHARED Live {
 public:
  explicit Live(const char* interface);
  ~Live();
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;

 private:
  const char* interface_;
};

/// While it lives, this thread's calls are the doubles' own: not counted, and refused only where they are
/// asked for by name.
class EDGE_DOUBLE_SHARED OwnCalls {
 public:
  OwnCalls() noexcept;
  ~OwnCalls();
  OwnCalls(const OwnCalls&) = delete;
  OwnCalls& operator=(const OwnCalls&) = delete;
};

/// What a call gives that fails.
template <typename Result>
Result refusal() {
  if constexpr (std::is_reference_v<Result>) {
    stop("a call that gives a reference cannot fail");
  } else if constexpr (std::is_integral_v<Result> && !std::is_same_v<Result, bool>) {
    return static_cast<Result>(-1);
  } else {
    return Result{};
  }
}

/// `10.3.0.30`, as the doubles are told to be.
struct Version {
  int major;
  int minor;
  int patch;
  int build;
};
EDGE_DOUBLE_SHARED Version version();
std::string text(const Version& version);

/// The graphics processor that the doubles pretend to have.
struct Gpu {
  std::string name;  ///< Empty where there is none.
  int computeMajor;
  int computeMinor;
};
Gpu gpu();
int dlaCores();
/// What engines were told to say of a tensor (see control_api.h), or `otherwise`.
int tensorProperty(const std::string& tensor, const std::string& property, int otherwise);
/// A plugin that engines want and that is not there, or nothing.
std::string missingPlugin();
/// Waits for as long as one step of a build is told to take.
void buildStep();

}  // namespace edge::tensorrt_double
