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
    return api_->deserialize(built.plan.data(), built.plan.size(), {});
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

/// Engines of trtexec and others can have what no request has memory for.
class EngineWith : public EngineOf {
 protected:
  /// What is said to an engine that says something else of a tensor than what it was built with.
  Error refusal(const char* tensor, const char* property, int value) {
    tensorrt().reset();
    tensorrt().setTensor(tensor, property, value);
    return errorOf([&] { open(onnx::denseModel(3)); });
  }
};
INSTANTIATE_TEST_SUITE_P(Major, EngineWith, testing::Values(10, 11));

TEST_P(EngineWith, TypesThatJavaScriptHasNotIsRefused) {
  const std::vector<std::pair<int, std::string>> types = {
      {6, "fp8"}, {7, "bf16"}, {9, "int4"}, {10, "fp4"}, {11, "e8m0"}, {99, "a type that is newer"}};
  for (const auto& [type, called] : types) {
    const Error error = refusal("x", "type", type);
    EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "the input \"x\" of the engine has a type");
    EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "found: " + called);
  }
}

TEST_P(EngineWith, PackedFormatIsRefused) {
  constexpr int kChw16 = 4;
  const Error input = refusal("x", "format0", kChw16);
  EXPECT_ERROR(input, ErrorCode::MODEL_UNSUPPORTED,
               "the input \"x\" of the engine is not laid out row by row");
  EXPECT_ERROR(input, ErrorCode::MODEL_UNSUPPORTED, "found: Sixteen-wide channel vectorized");
  EXPECT_ERROR(input, ErrorCode::MODEL_UNSUPPORTED, "without --inputIOFormats");
  EXPECT_ERROR(refusal("y", "format0", kChw16), ErrorCode::MODEL_UNSUPPORTED, "the output \"y\"");
  // The engine has no second profile to have it in.
  tensorrt().reset();
  tensorrt().setTensor("x", "format1", kChw16);
  EXPECT_NE(open(onnx::denseModel(3)), nullptr);
}

TEST_P(EngineWith, PackedFormatInItsSecondProfileAloneIsRefused) {
  tensorrt().setTensor("x", "format1", 4);
  BuildSettings settings;
  settings.profiles = {rows(1, 1, 1), rows(2, 2, 8)};
  EXPECT_ERROR(errorOf([&] { open(onnx::denseModel(-1), settings); }), ErrorCode::MODEL_UNSUPPORTED,
               "Sixteen-wide");
}

TEST_P(EngineWith, TensorsInTheProcessorsMemoryIsRefused) {
  constexpr int kHost = 1;
  const Error error = refusal("x", "location", kHost);
  EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED,
               "the input \"x\" of the engine lies in the processor's memory");
  EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "build it again");
  EXPECT_ERROR(refusal("y", "location", kHost), ErrorCode::MODEL_UNSUPPORTED, "the output \"y\"");
}

TEST_P(EngineWith, InputThatIsAShapeIsRefused) {
  EXPECT_ERROR(refusal("x", "shape", 1), ErrorCode::MODEL_UNSUPPORTED,
               "the input \"x\" of the engine holds a shape of other tensors");
  EXPECT_ERROR(refusal("x", "shape", 1), ErrorCode::MODEL_UNSUPPORTED, "found: a shape tensor");
  // An output that is one lies on the GPU, and is copied like any other.
  tensorrt().reset();
  tensorrt().setTensor("y", "shape", 1);
  EXPECT_NE(open(onnx::denseModel(3)), nullptr);
}

TEST_P(EngineWith, NineDimensionsIsRefused) {
  EXPECT_ERROR(refusal("x", "dimensions", 9), ErrorCode::MODEL_UNSUPPORTED, "expected: at most 8 dimensions");
  EXPECT_ERROR(refusal("y", "dimensions", -1), ErrorCode::MODEL_UNSUPPORTED, "found: -1 dimensions");
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
