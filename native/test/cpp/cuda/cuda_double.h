#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "control.h"
#include "core/error.h"
#include "cuda/context.h"

namespace edge::cuda {

/// A loaded double of CUDA's driver.
class CudaDouble {
 public:
  explicit CudaDouble(const std::string& path);

  decltype(&edge_cuda_double_reset) reset = nullptr;
  decltype(&edge_cuda_double_fail) fail = nullptr;
  decltype(&edge_cuda_double_failed) failed = nullptr;
  decltype(&edge_cuda_double_calls) calls = nullptr;
  decltype(&edge_cuda_double_live) live = nullptr;
  decltype(&edge_cuda_double_orphans) orphans = nullptr;
  decltype(&edge_cuda_double_depth) depth = nullptr;

  void set(const std::string& settings) const;
  bool understands(const std::string& settings) const { return set_(settings.c_str()); }
  std::string log() const;

 private:
  decltype(&edge_cuda_double_set) set_ = nullptr;
  decltype(&edge_cuda_double_log) log_ = nullptr;
};

/// Another driver, for tests of what a process finds once: a copy of the double, which the loader takes for
/// another library.
class AnotherDouble {
 public:
  explicit AnotherDouble(const std::string& settings);
  ~AnotherDouble();
  AnotherDouble(const AnotherDouble&) = delete;
  AnotherDouble& operator=(const AnotherDouble&) = delete;

  const std::string& path() const noexcept { return path_; }
  const CudaDouble& control() const noexcept { return control_; }
  const Driver& driver() const { return Driver::load({{path_, "the test"}}); }

 private:
  std::string path_;
  CudaDouble control_;
};

/// A test with the double, in its first state, and at the end without a live object.
class CudaTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  static const CudaDouble& control();
  static const Driver& driver();
  static SharedContext context() { return PrimaryContext::retain(driver(), 0); }
};

/// What a function throws.
template <typename Function>
Error thrown(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {ErrorCode::INTERNAL, {}};
}

}  // namespace edge::cuda
