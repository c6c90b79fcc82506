#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <string>

#include "core/error.h"
#include "onnx_model.h"
#include "tensorrt/library.h"

namespace edge::tensorrt {
namespace {

/// NVIDIA's own library, which set-up fetches for tests on x64: what it does on a machine without a GPU.
/// Apart from the tests on the double, for a process has one libnvinfer.so.10.
class RealTensorRt : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::ifstream(path_)) GTEST_SKIP() << "there is no " << path_;
    library_ = &Library::load({{path_, "set-up"}});
    void* handle = dlopen(path_.c_str(), RTLD_NOW);
    points_.version = library_->version();
    points_.createInferBuilder = dlsym(handle, "createInferBuilder_INTERNAL");
    points_.createInferRuntime = dlsym(handle, "createInferRuntime_INTERNAL");
    points_.createInferRefitter = dlsym(handle, "createInferRefitter_INTERNAL");
  }

  template <typename Function>
  static void expectNoGpu(Function&& function) {
    try {
      function();
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_STREQ(name(error.code()), name(ErrorCode::DEVICE_UNAVAILABLE)) << error.text().found;
    }
  }

  const std::string path_ = std::string(TENSORRT_REAL) + "/libnvinfer.so.10";
  const Library* library_ = nullptr;
  EntryPoints points_;
};

TEST_F(RealTensorRt, TellsItsVersionAndHasItsParser) {
  EXPECT_EQ(library_->info().version, "10.15.1.29");
  EXPECT_EQ(library_->info().path, path_);
  EXPECT_EQ(library_->parserMissing(), "");
  EXPECT_NE(library_->parserPath().find("libnvonnxparser.so.10"), std::string::npos);
}

TEST_F(RealTensorRt, IsNotAskedForAnythingWithoutADriver) {
  if (std::ifstream("/dev/nvidiactl")) GTEST_SKIP() << "there is a GPU";
  expectNoGpu([&] { library_->api({{"/nonexistent/libcuda.so.1", "the test"}}); });
}

// As if a driver were there: a builder that is null, and a runtime that is the number 0x238.
TEST_F(RealTensorRt, MakesNothingWithoutAGpu) {
  if (std::ifstream("/dev/nvidiactl")) GTEST_SKIP() << "there is a GPU";
  const auto api = v10::makeApi(points_);
  const auto model = onnx::denseModel(1);
  for (int i = 0; i < 3; ++i) {
    expectNoGpu([&] { api->build({model, ""}, {}, nullptr, nullptr); });
    expectNoGpu([&] { api->deserialize(model->data(), model->bytes(), {}); });
  }
}

}  // namespace
}  // namespace edge::tensorrt
