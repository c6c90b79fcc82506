#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cuda_double.h"
#include "onnx_model.h"
#include "tensorrt/session.h"
#include "tensorrt_double.h"

namespace edge::tensorrt {

/// TensorRT and the GPU's driver, both as doubles: sessions, requests and runs, as the addon has them.
class Sessions : public testing::TestWithParam<int> {
 protected:
  static const cuda::CudaDouble& gpu() {
    static const cuda::CudaDouble loaded(CUDA_DOUBLE);
    return loaded;
  }
  static Double& tensorrt() { return Double::of(GetParam()); }

  void SetUp() override {
    gpu().reset();
    tensorrt().reset();
    api_ = tensorrt().api();
  }
  void TearDown() override {
    gpu().fail("*", 0, 0, 0);
    tensorrt().fail(nullptr, 0);
    expectNothingLeft("the test");
  }

  static void expectNothingLeft(const std::string& after) {
    EXPECT_EQ(gpu().live(nullptr), 0) << "after " << after;
    EXPECT_EQ(gpu().orphans(), 0) << "after " << after;
    EXPECT_EQ(gpu().depth(), 0) << "after " << after;
    EXPECT_EQ(tensorrt().live(), 0) << "after " << after;
    EXPECT_EQ(liveObjects().sessions.load(), 0) << "after " << after;
    EXPECT_EQ(liveObjects().requests.load(), 0) << "after " << after;
    EXPECT_EQ(liveObjects().buffers.load(), 0) << "after " << after;
  }

  std::vector<std::uint8_t> planOf(std::shared_ptr<const Buffer> model, std::vector<Profile> profiles = {},
                                   bool refittable = false) {
    BuildSettings settings;
    settings.profiles = std::move(profiles);
    settings.refittable = refittable;
    return buildEngine(*api_, std::move(model), settings).plan;
  }

  std::unique_ptr<edge::Session> open(const std::vector<std::uint8_t>& plan, const RunSettings& settings = {},
                                      bool shared = false) {
    const cuda::Driver& driver = cuda::Driver::load({{CUDA_DOUBLE, "the test"}});
    auto engine = std::make_shared<LoadedEngine>(*api_, cuda::PrimaryContext::retain(driver, 0), plan.data(),
                                                 plan.size(), LoadSettings{}, shared);
    return openSession(std::move(engine), settings, {"the double", "the test", "0"});
  }

  static std::vector<float> run(edge::Request& request, const std::vector<float>& x) {
    std::memcpy(request.inputs()[0]->data(), x.data(), x.size() * sizeof(float));
    request.run();
    return output(request);
  }

  static std::vector<float> output(const edge::Request& request) {
    std::vector<float> y(request.outputs()[0]->bytes() / sizeof(float));
    std::memcpy(y.data(), request.outputs()[0]->data(), request.outputs()[0]->bytes());
    return y;
  }

  std::unique_ptr<Api> api_;
};

}  // namespace edge::tensorrt
