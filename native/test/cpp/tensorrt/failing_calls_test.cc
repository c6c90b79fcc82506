#include <gtest/gtest.h>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

class FailingCalls : public OnDouble {};
INSTANTIATE_TEST_SUITE_P(Major, FailingCalls, testing::Values(10, 11));

class Nowhere final : public OutputSink {
 public:
  void* reserve(std::size_t /*bytes*/) noexcept override { return memory_; }
  void shapeKnown(const std::vector<std::int64_t>& /*shape*/) noexcept override {}

 private:
  alignas(256) unsigned char memory_[256]{};
};

/// Everything once.
void everything(Api& api) {
  BuildSettings settings;
  settings.profiles = {rows(1, 2, 4), rows(2, 3, 4)};
  settings.refittable = true;
  settings.detailedProfiling = true;
  const BuiltEngine built = buildEngine(api, onnx::denseModel(-1), settings);
  settings.timingCache = built.timingCache;
  buildEngine(api, onnx::denseModel(-1), settings);
  const auto engine = api.deserialize(built.plan.data(), built.plan.size(), {});
  engine->layersJson();
  const auto execution = engine->createExecution();
  execution->setProfile(1, nullptr);
  execution->setInputShape(0, {2, 2});
  execution->outputShape(0);
  const float x[] = {1, 1, 1, 1};
  float y[] = {0, 0, 0, 0};
  Nowhere nowhere;
  execution->setInputAddress(0, x);
  execution->setOutputSink(0, nowhere);
  execution->enqueue(nullptr);
  execution->setOutputAddress(0, y);
  execution->profileLayers(true);
  execution->enqueue(nullptr);
  engine->refit({onnx::denseModel(-1, 2), ""});
}

TEST_P(FailingCalls, LeaveNothingBehindAndSayWhy) {
  const auto api = tensorrt().api();
  int refused = 0;
  int errors = 0;
  for (int nth = 1; nth < 1000; ++nth) {
    tensorrt().reset();
    tensorrt().fail(nullptr, nth);
    try {
      everything(*api);
    } catch (const Error& error) {
      ++errors;
      EXPECT_NE(error.code(), ErrorCode::INTERNAL) << nth << ": " << words(error);
      EXPECT_FALSE(error.text().summary.empty()) << nth;
    }
    ASSERT_EQ(tensorrt().live(), 0) << "after call " << nth << " failed";
    if (tensorrt().failed() == 0) break;
    ++refused;
  }
  EXPECT_GT(refused, 30);
  EXPECT_GT(errors, refused / 2);
}

TEST_P(FailingCalls, AreErrorsWhereNothingElseCanBeDone) {
  const auto api = tensorrt().api();
  const std::vector<std::pair<const char*, ErrorCode>> calls = {
      {"createInferBuilder", ErrorCode::DEVICE_FAILED},
      {"IBuilder::createNetworkV2", ErrorCode::ENGINE_BUILD_FAILED},
      {"IBuilder::createBuilderConfig", ErrorCode::ENGINE_BUILD_FAILED},
      {"IBuilder::createOptimizationProfile", ErrorCode::ENGINE_BUILD_FAILED},
      {"createNvOnnxParser", ErrorCode::ENGINE_BUILD_FAILED},
      {"IParser::parse", ErrorCode::MODEL_UNSUPPORTED},
      {"IOptimizationProfile::setDimensions", ErrorCode::SHAPE_MISMATCH},
      {"IBuilderConfig::addOptimizationProfile", ErrorCode::SHAPE_MISMATCH},
      {"IBuilder::buildSerializedNetwork", ErrorCode::ENGINE_BUILD_FAILED},
      {"createInferRuntime", ErrorCode::DEVICE_FAILED},
      {"ICudaEngine::createExecutionContext", ErrorCode::DEVICE_FAILED},
      {"IExecutionContext::setOptimizationProfileAsync", ErrorCode::INFERENCE_FAILED},
      {"IExecutionContext::setInputShape", ErrorCode::SHAPE_MISMATCH},
      {"IExecutionContext::setInputTensorAddress", ErrorCode::INFERENCE_FAILED},
      {"IExecutionContext::setTensorAddress", ErrorCode::INFERENCE_FAILED},
      {"IExecutionContext::setOutputAllocator", ErrorCode::INFERENCE_FAILED},
      {"IExecutionContext::enqueueV3", ErrorCode::INFERENCE_FAILED},
      {"createInferRefitter", ErrorCode::DEVICE_FAILED},
      {"createNvOnnxParserRefitter", ErrorCode::DEVICE_FAILED},
      {"IParserRefitter::refitFromBytes", ErrorCode::MODEL_UNSUPPORTED},
      {"IRefitter::refitCudaEngine", ErrorCode::DEVICE_FAILED},
  };
  for (const auto& [call, code] : calls) {
    tensorrt().reset();
    tensorrt().fail(call, 1);
    const Error error = errorOf([&] { everything(*api); });
    EXPECT_STREQ(name(error.code()), name(code)) << call << ": " << words(error);
    EXPECT_EQ(tensorrt().failed(), 1) << call;
    EXPECT_EQ(tensorrt().live(), 0) << call;
  }
}

}  // namespace
}  // namespace edge::tensorrt
