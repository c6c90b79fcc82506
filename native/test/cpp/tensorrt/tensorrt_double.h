#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "onnx_model.h"
#include "tensorrt/api.h"

namespace edge::tensorrt {

/// The double of TensorRT, of one major version, in this process.
class Double {
 public:
  static Double& of(int major);

  /// The library of that major version, at the place where Library would be sent.
  static std::string path(int major);

  /// Everything as at first, and of the headers' minor version.
  void reset() const { reset_(); }
  /// What can be done with the library, told to be of a minor version; with the headers' one for -1.
  std::unique_ptr<Api> api(int minor = -1) const;
  /// Its entry points, for tests that take one away.
  EntryPoints entryPoints() const;

  void setMinor(int minor) const { setMinor_(minor); }
  void fail(const char* call, int nth) const { fail_(call, nth); }
  int failed() const { return failed_(); }
  int live() const { return live_(nullptr); }
  int calls(const char* call) const { return calls_(call); }
  void setGpu(const char* name, int computeMajor, int computeMinor) const {
    setGpu_(name, computeMajor, computeMinor);
  }
  void setDlaCores(int cores) const { setDlaCores_(cores); }
  void setMissingPlugin(const char* name) const { setMissingPlugin_(name); }
  /// Lets engines say something else of a tensor: see control_api.h.
  void setTensor(const char* tensor, const char* property, int value) const {
    setTensor_(tensor, property, value);
  }

 private:
  explicit Double(int major);

  int major_;
  void* library_;
  void* parser_;
  void (*reset_)() = nullptr;
  void (*setMinor_)(int) = nullptr;
  void (*fail_)(const char*, int) = nullptr;
  int (*failed_)() = nullptr;
  int (*live_)(const char*) = nullptr;
  int (*calls_)(const char*) = nullptr;
  void (*setGpu_)(const char*, int, int) = nullptr;
  void (*setDlaCores_)(int) = nullptr;
  void (*setMissingPlugin_)(const char*) = nullptr;
  void (*setTensor_)(const char*, const char*, int) = nullptr;
};

/// Tests of one major version. After each, no object of TensorRT is left.
class OnDouble : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { tensorrt().reset(); }
  void TearDown() override {
    tensorrt().fail(nullptr, 0);
    EXPECT_EQ(tensorrt().live(), 0);
  }

  static int major() { return GetParam(); }
  static Double& tensorrt() { return Double::of(major()); }
};

/// An engine of a model with default settings, in plan form.
BuiltEngine buildEngine(Api& api, std::shared_ptr<const Buffer> model, const BuildSettings& settings = {});

/// One profile of a `denseModel(-1)`.
Profile rows(std::int64_t min, std::int64_t opt, std::int64_t max);

/// The error that a function throws.
template <typename Function>
Error errorOf(Function&& function) {
  try {
    std::forward<Function>(function)();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return {ErrorCode::INTERNAL, {}};
}

/// All that an error says, in one line.
std::string words(const Error& error);

#define EXPECT_ERROR(error, expectedCode, part)                                  \
  do {                                                                           \
    const Error& theError = (error);                                             \
    EXPECT_STREQ(name(theError.code()), name(expectedCode)) << words(theError);  \
    EXPECT_NE(words(theError).find(part), std::string::npos) << words(theError); \
  } while (false)

}  // namespace edge::tensorrt
