#include <gtest/gtest.h>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

using onnx::Type;
using Shape = std::vector<std::int64_t>;

class EngineOf : public OnDouble {
 protected:
  void SetUp() override {
    OnDouble::SetUp();
    api_ = tensorrt().api();
  }
  std::unique_ptr<Engine> open(std::shared_ptr<const Buffer> model, const BuildSettings& settings = {}) {
    const BuiltEngine built = buildEngine(*api_, std::move(model), settings);
    return api_->deserialize(built.plan.data(), built.plan.size(), false);
  }

  std::unique_ptr<Api> api_;
};
INSTANTIATE_TEST_SUITE_P(Major, EngineOf, testing::Values(10, 11));

TEST_P(EngineOf, DescribesFixedTensors) {
  const auto engine = open(onnx::denseModel(3));
  ASSERT_EQ(engine->inputs().size(), 1U);
  const TensorDesc& x = engine->inputs()[0];
  EXPECT_EQ(x.name, "x");
  EXPECT_EQ(x.dtype, DType::float32);
  EXPECT_EQ(x.shape, (Shape{3, 2}));
  EXPECT_EQ(x.bytes, 24U);
  EXPECT_FALSE(x.dynamic);
  ASSERT_EQ(engine->outputs().size(), 1U);
  EXPECT_EQ(engine->outputs()[0].name, "y");
  EXPECT_EQ(engine->outputs()[0].bytes, 24U);
  EXPECT_EQ(engine->profiles().size(), 1U);
}

TEST_P(EngineOf, DescribesOpenTensors) {
  BuildSettings settings;
  settings.profiles = {rows(1, 2, 4)};
  const auto engine = open(onnx::denseModel(-1), settings);
  const TensorDesc& x = engine->inputs()[0];
  EXPECT_EQ(x.shape, (Shape{-1, 2}));
  EXPECT_EQ(x.shapeSignature, (Shape{-1, 2}));
  EXPECT_EQ(x.bytes, 0U);
  EXPECT_TRUE(x.dynamic);
  EXPECT_EQ(engine->outputs()[0].shape, (Shape{-1, 2}));
}

TEST_P(EngineOf, HasTheTypesThatJavaScriptHas) {
  const std::vector<std::pair<Type, DType>> types = {
      {Type::float32, DType::float32}, {Type::float16, DType::float16}, {Type::int8, DType::int8},
      {Type::uint8, DType::uint8},     {Type::int32, DType::int32},     {Type::int64, DType::int64},
      {Type::boolean, DType::boolean}};
  for (const auto& [type, dtype] : types) {
    EXPECT_EQ(open(onnx::castModel(type))->outputs()[0].dtype, dtype) << name(dtype);
  }
  EXPECT_ERROR(errorOf([&] { open(onnx::castModel(Type::bfloat16)); }), ErrorCode::MODEL_UNSUPPORTED,
               "the output \"y\" of the engine has a type that JavaScript has no numbers for");
  EXPECT_ERROR(errorOf([&] { open(onnx::castModel(Type::bfloat16)); }), ErrorCode::MODEL_UNSUPPORTED,
               "found: bf16");
}

TEST_P(EngineOf, TellsHowMuchMemoryItTakes) {
  // w and b, and something for an execution.
  EXPECT_GE(open(onnx::denseModel(3))->deviceBytes(), 24U);
}

TEST_P(EngineOf, TellsItsLayers) {
  BuildSettings settings;
  EXPECT_NE(open(onnx::denseModel(3), settings)->layersJson().find("multiply"), std::string::npos);
  settings.detailedProfiling = true;
  EXPECT_NE(open(onnx::denseModel(3), settings)->layersJson().find("multiply"), std::string::npos);
  EXPECT_GE(tensorrt().calls("IBuilderConfig::setProfilingVerbosity"), 1);
}

TEST_P(EngineOf, LivesAsLongAsItsExecutions) {
  auto engine = open(onnx::denseModel(1));
  auto execution = engine->createExecution();
  engine.reset();
  const float x[] = {1, 1};
  float y[] = {0, 0};
  execution->setInputAddress(0, x);
  execution->setOutputAddress(0, y);
  execution->enqueue(nullptr);
  EXPECT_FLOAT_EQ(y[0], 4.5);
}

}  // namespace
}  // namespace edge::tensorrt
