#include <gtest/gtest.h>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

using Shape = std::vector<std::int64_t>;

class Executions : public OnDouble {
 protected:
  void SetUp() override {
    OnDouble::SetUp();
    api_ = tensorrt().api();
  }
  void open(std::shared_ptr<const Buffer> model, std::vector<Profile> profiles = {}) {
    BuildSettings settings;
    settings.profiles = std::move(profiles);
    const BuiltEngine built = buildEngine(*api_, std::move(model), settings);
    engine_ = api_->deserialize(built.plan.data(), built.plan.size(), {});
    execution_ = engine_->createExecution();
  }
  void TearDown() override {
    execution_.reset();
    engine_.reset();
    OnDouble::TearDown();
  }

  std::unique_ptr<Api> api_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Execution> execution_;
};
INSTANTIATE_TEST_SUITE_P(Major, Executions, testing::Values(10, 11));

/// Memory for an output whose size only a run tells.
class Sink final : public OutputSink {
 public:
  void* reserve(std::size_t bytes) noexcept override {
    wanted = bytes;
    return full ? nullptr : memory_;
  }
  void shapeKnown(const std::vector<std::int64_t>& known) noexcept override { shape = known; }
  const std::int64_t* indices() const { return reinterpret_cast<const std::int64_t*>(memory_); }

  bool full = false;
  std::size_t wanted = 0;
  Shape shape;

 private:
  alignas(256) unsigned char memory_[256]{};
};

TEST_P(Executions, Compute) {
  open(onnx::denseModel(2));
  const float x[] = {1, 1, -1, 0};
  float y[] = {9, 9, 9, 9};
  execution_->setInputAddress(0, x);
  execution_->setOutputAddress(0, y);
  execution_->enqueue(nullptr);
  EXPECT_FLOAT_EQ(y[0], 4.5);
  EXPECT_FLOAT_EQ(y[1], 0);
  EXPECT_FLOAT_EQ(y[2], 0);
}

TEST_P(Executions, TakeTheShapesOfAProfile) {
  open(onnx::denseModel(-1), {rows(1, 2, 4), rows(5, 6, 7)});
  execution_->setInputShape(0, {3, 2});
  EXPECT_EQ(execution_->outputShape(0), (Shape{3, 2}));
  const Error error = errorOf([&] { execution_->setInputShape(0, {6, 2}); });
  EXPECT_ERROR(error, ErrorCode::SHAPE_MISMATCH,
               "expected: [1, 2] to [4, 2], or [5, 2] to [7, 2] | found: [6, 2]");
  execution_->setProfile(1, nullptr);
  execution_->setInputShape(0, {6, 2});
  EXPECT_EQ(execution_->outputShape(0), (Shape{6, 2}));
  EXPECT_ERROR(errorOf([&] { execution_->setProfile(2, nullptr); }), ErrorCode::INVALID_ARGUMENT, "0 to 1");
  EXPECT_ERROR(errorOf([&] { execution_->setProfile(-1, nullptr); }), ErrorCode::INVALID_ARGUMENT, "0 to 1");
  EXPECT_ERROR(errorOf([&] { execution_->setInputShape(0, Shape(9, 1)); }), ErrorCode::SHAPE_MISMATCH,
               "at most 8");
}

TEST_P(Executions, SayWhatIsMissing) {
  open(onnx::denseModel(-1), {rows(1, 2, 4)});
  EXPECT_ERROR(errorOf([&] { execution_->enqueue(nullptr); }), ErrorCode::INFERENCE_FAILED,
               "input x has no shape yet");
  execution_->setInputShape(0, {1, 2});
  const Error error = errorOf([&] { execution_->enqueue(nullptr); });
  EXPECT_ERROR(error, ErrorCode::INFERENCE_FAILED, "tensor x");
  EXPECT_EQ(words(error).find("no shape yet"), std::string::npos) << "of an earlier failure";
}

TEST_P(Executions, GiveOutputsWhoseSizeOnlyARunTells) {
  open(onnx::nonZeroModel());
  EXPECT_TRUE(engine_->outputs()[0].dynamic);
  EXPECT_EQ(execution_->outputShape(0), (Shape{1, -1}));
  Sink sink;
  execution_->setOutputSink(0, sink);
  const float x[] = {0, 7, 0, 7};
  execution_->setInputAddress(0, x);
  execution_->enqueue(nullptr);
  EXPECT_EQ(sink.shape, (Shape{1, 2}));
  EXPECT_GE(sink.wanted, 16U);
  EXPECT_EQ(sink.indices()[0], 1);
  EXPECT_EQ(sink.indices()[1], 3);

  const float none[] = {0, 0, 0, 0};
  execution_->setInputAddress(0, none);
  execution_->enqueue(nullptr);
  EXPECT_EQ(sink.shape, (Shape{1, 0}));
  EXPECT_GE(sink.wanted, 1U);

  sink.full = true;
  EXPECT_ERROR(errorOf([&] { execution_->enqueue(nullptr); }), ErrorCode::OUT_OF_MEMORY, "the output \"y\"");
}

TEST_P(Executions, ForgetASinkForAnAddress) {
  open(onnx::denseModel(1));
  const float x[] = {1, 1};
  float y[] = {0, 0};
  execution_->setInputAddress(0, x);
  {
    Sink sink;
    execution_->setOutputSink(0, sink);
    execution_->enqueue(nullptr);
    EXPECT_EQ(sink.wanted, 8U);
    execution_->setOutputAddress(0, y);
  }
  execution_->enqueue(nullptr);
  EXPECT_FLOAT_EQ(y[0], 4.5);
}

TEST_P(Executions, MeasureLayers) {
  open(onnx::denseModel(1));
  const float x[] = {1, 1};
  float y[] = {0, 0};
  execution_->setInputAddress(0, x);
  execution_->setOutputAddress(0, y);
  execution_->enqueue(nullptr);
  EXPECT_TRUE(execution_->layerTimes().empty());
  execution_->profileLayers(true);
  execution_->enqueue(nullptr);
  execution_->enqueue(nullptr);
  const std::vector<LayerTime> times = execution_->layerTimes();
  ASSERT_EQ(times.size(), 3U) << "of one run";
  EXPECT_EQ(times[0].layer, "multiply");
  EXPECT_GT(times[0].ms, 0);
  execution_->profileLayers(false);
  execution_->enqueue(nullptr);
  EXPECT_TRUE(execution_->layerTimes().empty());
}

TEST_P(Executions, ShareAnEngine) {
  open(onnx::denseModel(1));
  const auto other = engine_->createExecution();
  const float x[] = {1, 1};
  float y[] = {0, 0};
  other->setInputAddress(0, x);
  other->setOutputAddress(0, y);
  other->enqueue(nullptr);
  EXPECT_FLOAT_EQ(y[0], 4.5);
}

}  // namespace
}  // namespace edge::tensorrt
