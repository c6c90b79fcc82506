#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "cuda/abi.h"
#include "exports.h"

/// What the double of CUDA's driver keeps for the whole process.
namespace edge::cuda_double {

namespace abi = edge::cuda::abi;

/// Ends the process: what was done has no defined result in the real driver.
[[noreturn]] void die(const std::string& why);

enum class Kind : std::uint8_t {
  context,
  deviceMemory,
  hostMemory,
  stream,
  event,
  graph,
  graphExecutable,
  module
};
inline constexpr std::array<const char*, 8> kKindNames{"contexts",          "device-memory", "host-memory",
                                                       "streams",           "events",        "graphs",
                                                       "graph-executables", "modules"};

struct Settings {
  std::string name = "NVIDIA H200";
  int computeMajor = 9;
  int computeMinor = 0;
  bool integrated = false;
  std::size_t memory = 150'754'820'096;
  int multiprocessors = 132;
  int driver = 13000;
  int devices = 1;
  bool synchronous = false;
  std::int64_t delayUs = 0;
  bool deinitialized = false;
  abi::Result init = abi::kSuccess;
};

/// Calls that are to fail.
struct Failure {
  std::string call;
  std::int64_t after = 0;  ///< So many more of them do not.
  std::int64_t times = 1;
  abi::Result code = abi::kUnknown;
};

class State {
 public:
  static State& instance();

  Settings settings();
  bool set(const std::string& text);
  void reset();
  void fail(Failure failure);

  std::int64_t failed();
  std::int64_t calls(const char* name);
  std::int64_t live(const char* kind);
  std::int64_t orphans();
  std::string log();

  /// Counts and records a call.
  /// @returns the code with which it is to fail, or success.
  abi::Result record(const char* call, const std::string& arguments);

  void initialize() { initialized_ = true; }
  bool initialized() const { return initialized_; }

  /// Takes an object in.
  template <typename T>
  T* add(Kind kind, std::shared_ptr<T> object) {
    T* const handle = object.get();
    addObject(kind, handle, std::move(object));
    return handle;
  }
  /// The object behind a handle, which must live.
  template <typename T>
  std::shared_ptr<T> get(Kind kind, T* handle) {
    return std::static_pointer_cast<T>(getObject(kind, handle));
  }
  /// The same, and the handle is destroyed.
  template <typename T>
  std::shared_ptr<T> take(Kind kind, T* handle) {
    return std::static_pointer_cast<T>(takeObject(kind, handle));
  }
  void count(Kind kind, std::int64_t change);
  /// What lives is orphaned: the last context is gone.
  void dropAll();

 private:
  struct Entry {
    Kind kind = Kind::context;
    std::shared_ptr<void> object;
  };

  State();
  bool setOne(const std::string& key, const std::string& value);
  bool setDevice(const std::string& preset);
  bool setFailure(const std::string& text);
  void addObject(Kind kind, const void* handle, std::shared_ptr<void> object);
  std::shared_ptr<void> getObject(Kind kind, const void* handle);
  std::shared_ptr<void> takeObject(Kind kind, const void* handle);

  std::mutex mutex_;
  Settings settings_;
  std::vector<Failure> failures_;
  std::int64_t failed_ = 0;
  std::int64_t allCalls_ = 0;
  std::map<std::string, std::int64_t> calls_;
  std::vector<std::string> log_;
  std::map<const void*, Entry> objects_;
  std::array<std::int64_t, kKindNames.size()> live_{};
  std::int64_t orphans_ = 0;
  std::atomic<bool> initialized_{false};
};

/// What a call must find.
enum class Needs : std::uint8_t {
  nothing,
  driver,   ///< cuInit was called.
  context,  ///< And a context is current.
  quiet,    ///< And this thread captures nothing, since the call could not be captured: a capture is lost by
            ///< it.
};

/// How a call begins.
struct Entered {
  abi::Result result = abi::kSuccess;
  bool toldTo = false;  ///< It fails because a test said so.

  /// Whether it ends here.
  bool fails() const { return result != abi::kSuccess; }
  /// The same for a call that frees something: that happens also where a failure is reported, as in the real
  /// driver.
  bool refuses() const { return fails() && !toldTo; }
};
Entered enter(const char* call, Needs needs, const std::string& arguments = {});

/// Contexts; see device.cc.
abi::Result currentContext();
int currentOrdinal();
std::int64_t contextDepth();

/// Memory; see memory.cc.
void dropMemory();
/// Dies unless so many bytes from this address are memory that the GPU can reach, and that lives.
void requireReachable(const char* call, abi::DevicePointer address, std::size_t bytes);
/// Whether so many bytes from this address are page-locked; dies if they were, and are freed.
bool isPageLocked(const char* call, const void* address, std::size_t bytes);

/// This thread's capture, if there is one, is lost; see stream.cc.
/// @returns whether there was one.
bool invalidateCapture();
/// Whether this thread runs a host function, which may call nothing of CUDA.
bool inHostFunction();

/// Hexadecimal, for the record.
std::string text(abi::DevicePointer address);
std::string text(const void* address);

}  // namespace edge::cuda_double
