#include <gtest/gtest.h>

#include <cstring>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

class Refit : public OnDouble {
 protected:
  void SetUp() override {
    OnDouble::SetUp();
    api_ = tensorrt().api();
  }
  std::unique_ptr<Engine> open(bool refittable) {
    BuildSettings settings;
    settings.refittable = refittable;
    const BuiltEngine built = buildEngine(*api_, onnx::denseModel(1), settings);
    return api_->deserialize(built.plan.data(), built.plan.size(), {});
  }

  std::unique_ptr<Api> api_;
};
INSTANTIATE_TEST_SUITE_P(Major, Refit, testing::Values(10, 11));

TEST_P(Refit, ReplacesWeights) {
  const auto engine = open(true);
  const auto execution = engine->createExecution();
  const float x[] = {1, 1};
  float y[] = {0, 0};
  execution->setInputAddress(0, x);
  execution->setOutputAddress(0, y);
  execution->enqueue(nullptr);
  EXPECT_FLOAT_EQ(y[0], 4.5);
  engine->refit({onnx::denseModel(1, 10), ""});
  execution->enqueue(nullptr);
  EXPECT_FLOAT_EQ(y[0], 40.5);
}

TEST_P(Refit, IsForEnginesThatWereBuiltForIt) {
  const auto engine = open(false);
  EXPECT_ERROR(errorOf([&] { engine->refit({onnx::denseModel(1), ""}); }), ErrorCode::INVALID_ARGUMENT,
               "refittable");
}

TEST_P(Refit, SaysWhatTheModelDoesNotHave) {
  const auto engine = open(true);
  EXPECT_ERROR(errorOf([&] { engine->refit({onnx::nonZeroModel(), ""}); }), ErrorCode::MODEL_UNSUPPORTED,
               "no initializer");
  auto damaged = std::make_shared<Buffer>(4);
  std::memset(damaged->data(), 0xff, 4);
  EXPECT_ERROR(errorOf([&] { engine->refit({damaged, ""}); }), ErrorCode::MODEL_INVALID,
               "cannot take the weights");
  EXPECT_ERROR(errorOf([&] { engine->refit({nullptr, ""}); }), ErrorCode::MODEL_INVALID, "empty");
}

}  // namespace
}  // namespace edge::tensorrt
