// Whether the doubles can be trusted: through TensorRT's own headers, as a program uses the real libraries.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "../control_api.h"
#include "build_plan.h"
#include "onnx_model.h"

namespace {

namespace onnx = edge::onnx;
using edge::Buffer;
using edge::tensorrt_double::Logger;
using namespace nvinfer1;
using onnx::Type;

class Monitor final : public IProgressMonitor {
 public:
  void phaseStart(char const* phase, char const* parent, std::int32_t steps) noexcept override {
    events.push_back(std::string("+") + phase + " in " + (parent == nullptr ? "-" : parent) + " " +
                     std::to_string(steps));
  }
  bool stepComplete(char const* phase, std::int32_t step) noexcept override {
    events.push_back(std::string(phase) + " " + std::to_string(step));
    return events.size() != cancelAt;
  }
  void phaseFinish(char const* phase) noexcept override { events.push_back(std::string("-") + phase); }

  std::vector<std::string> events;
  std::size_t cancelAt = 0;
};

class Allocator final : public IOutputAllocator {
 public:
  void* reallocateOutput(char const*, void*, std::uint64_t size, std::uint64_t) noexcept override {
    memory.resize(size);
    return memory.data();
  }
  void notifyShape(char const*, Dims const& dims) noexcept override {
    shape.assign(dims.d, dims.d + dims.nbDims);
  }

  std::vector<std::uint8_t> memory;
  std::vector<std::int64_t> shape;
};

class Profiler final : public IProfiler {
 public:
  void reportLayerTime(char const* layer, float) noexcept override { layers.emplace_back(layer); }

  std::vector<std::string> layers;
};

/// y = relu(x · w + b), for any number of rows.
std::shared_ptr<const Buffer> denseModel(const std::vector<float>& weights = {1, -2, 3, 4}) {
  return onnx::model(
      {{onnx::node("Gemm", "dense", {"x", "w", "b"}, "h"), onnx::node("Relu", "relu", {"h"}, "y")},
       {onnx::tensor("x", Type::float32, {-1, 2})},
       {onnx::tensor("y", Type::float32, {-1, 2})},
       {onnx::weights("w", {2, 2}, weights), onnx::weights("b", {2}, {0.5F, 1})}});
}

class DoubleTest : public testing::Test {
 protected:
  void SetUp() override { edge_double_reset(); }
  void TearDown() override {
    edge_double_reset();
    runtime.reset();
    EXPECT_EQ(edge_double_live(nullptr), 0);
  }

  /// @param configure changes the configuration.
  template <typename Configure>
  std::unique_ptr<IHostMemory> build(const std::shared_ptr<const Buffer>& model, Configure&& configure) {
    const auto configured = [&](IBuilder& builder, IBuilderConfig& config) {
      IOptimizationProfile* profile = builder.createOptimizationProfile();
      if (profile == nullptr) return false;
      bool fits = profile->setDimensions("x", OptProfileSelector::kMIN, Dims2(1, 2));
      fits = profile->setDimensions("x", OptProfileSelector::kOPT, Dims2(2, 2)) && fits;
      fits = profile->setDimensions("x", OptProfileSelector::kMAX, Dims2(4, 2)) && fits;
      if (!fits || config.addOptimizationProfile(profile) < 0) return false;
      configure(config);
      return true;
    };
    return edge::tensorrt_double::buildPlan(*model, logger, configured, parserErrors);
  }
  std::unique_ptr<IHostMemory> build(const std::shared_ptr<const Buffer>& model) {
    return build(model, [](IBuilderConfig&) {});
  }

  std::unique_ptr<ICudaEngine> load(const IHostMemory& plan) {
    if (!runtime) runtime.reset(createInferRuntime(logger));
    return std::unique_ptr<ICudaEngine>(runtime ? runtime->deserializeCudaEngine(plan.data(), plan.size())
                                                : nullptr);
  }

  /// The model's two outputs for one row.
  static std::vector<float> run(ICudaEngine& engine, std::vector<float> row) {
    const std::unique_ptr<IExecutionContext> context(engine.createExecutionContext());
    std::vector<float> output(2);
    if (!context || !context->setInputShape("x", Dims2(1, 2)) ||
        !context->setTensorAddress("x", row.data()) || !context->setTensorAddress("y", output.data()) ||
        !context->enqueueV3(nullptr)) {
      return {};
    }
    return output;
  }

  Logger logger;
  std::string parserErrors;
  std::unique_ptr<IRuntime> runtime;
};

TEST_F(DoubleTest, BuildsRunsAndComputes) {
  const auto plan = build(denseModel());
  ASSERT_NE(plan, nullptr) << logger.text;
  const auto engine = load(*plan);
  ASSERT_NE(engine, nullptr) << logger.text;
  EXPECT_EQ(engine->getNbIOTensors(), 2);
  EXPECT_STREQ(engine->getIOTensorName(1), "y");
  EXPECT_EQ(engine->getProfileShape("x", 0, OptProfileSelector::kMAX).d[0], 4);
  // (1·1 + 2·3 + 0.5, 1·-2 + 2·4 + 1)
  EXPECT_EQ(run(*engine, {1, 2}), (std::vector<float>{7.5F, 7}));
  EXPECT_EQ(run(*engine, {1, 0}), (std::vector<float>{1.5F, 0}));
}

TEST_F(DoubleTest, ShapesAreInferredAndChecked) {
  const auto plan = build(denseModel());
  const auto engine = load(*plan);
  const std::unique_ptr<IExecutionContext> context(engine->createExecutionContext());
  EXPECT_EQ(context->getTensorShape("y").d[0], -1);
  EXPECT_TRUE(context->setInputShape("x", Dims2(3, 2)));
  EXPECT_EQ(context->getTensorShape("y").d[0], 3);
  EXPECT_FALSE(context->setInputShape("x", Dims2(5, 2)));
  EXPECT_NE(logger.text.find("[5,2]"), std::string::npos) << logger.text;
  EXPECT_FALSE(context->enqueueV3(nullptr));
  EXPECT_NE(logger.text.find("No address is set for input tensor x"), std::string::npos) << logger.text;
}

TEST_F(DoubleTest, TheParserNamesEveryNodeItCannotTake) {
  const auto model =
      onnx::model({{onnx::node("Erf", "first", {"x"}, "h"), onnx::node("Det", "second", {"h"}, "y")},
                   {onnx::tensor("x", Type::float32, {1, 2})},
                   {onnx::tensor("y", Type::float32, {1})},
                   {}});
  EXPECT_EQ(build(model), nullptr);
  EXPECT_NE(parserErrors.find("Erf: "), std::string::npos) << parserErrors;
  EXPECT_NE(parserErrors.find("Det: "), std::string::npos) << parserErrors;
  EXPECT_EQ(build(std::make_shared<Buffer>(8)), nullptr) << "zeros are no model";
}

TEST_F(DoubleTest, TellsProgressAndCanBeCancelled) {
  Monitor monitor;
  const auto with = [&monitor](IBuilderConfig& config) { config.setProgressMonitor(&monitor); };
  EXPECT_NE(build(denseModel(), with), nullptr);
  EXPECT_EQ(monitor.events.front(), "+Building an engine in - 3");
  EXPECT_EQ(monitor.events.back(), "-Building an engine");
  const std::size_t all = monitor.events.size();
  monitor.events.clear();
  monitor.cancelAt = 4;
  EXPECT_EQ(build(denseModel(), with), nullptr);
  EXPECT_LT(monitor.events.size(), all);
  EXPECT_EQ(monitor.events.back(), "-Building an engine");
}

TEST_F(DoubleTest, OutputsWhoseSizeDependsOnData) {
  const auto model = onnx::model({{onnx::node("NonZero", "found", {"x"}, "y")},
                                  {onnx::tensor("x", Type::float32, {-1, 2})},
                                  {onnx::tensor("y", Type::int64, {2, -1})},
                                  {}});
  const auto plan = build(model);
  const auto engine = load(*plan);
  const std::unique_ptr<IExecutionContext> context(engine->createExecutionContext());
  std::vector<float> input = {0, 5, 6, 0};
  Allocator allocator;
  ASSERT_TRUE(context->setInputShape("x", Dims2(2, 2)));
  ASSERT_TRUE(context->setTensorAddress("x", input.data()));
  ASSERT_TRUE(context->setOutputAllocator("y", &allocator));
  ASSERT_TRUE(context->enqueueV3(nullptr)) << logger.text;
  EXPECT_EQ(allocator.shape, (std::vector<std::int64_t>{2, 2}));
  std::vector<std::int64_t> positions(4);
  ASSERT_EQ(allocator.memory.size(), 32U);
  std::memcpy(positions.data(), allocator.memory.data(), 32);
  EXPECT_EQ(positions, (std::vector<std::int64_t>{0, 1, 1, 0}));
}

TEST_F(DoubleTest, RefitsFromAnotherModel) {
  EXPECT_EQ(load(*build(denseModel()))->isRefittable(), false);
  const auto plan = build(denseModel(), [](IBuilderConfig& config) { config.setFlag(BuilderFlag::kREFIT); });
  const auto engine = load(*plan);
  const std::unique_ptr<IRefitter> refitter(createInferRefitter(*engine, logger));
  ASSERT_NE(refitter, nullptr);
  const std::unique_ptr<nvonnxparser::IParserRefitter> parser(
      nvonnxparser::createParserRefitter(*refitter, logger));
  const auto other = denseModel({0, 0, 0, 1});
  EXPECT_TRUE(parser->refitFromBytes(other->data(), other->bytes())) << logger.text;
  EXPECT_TRUE(refitter->refitCudaEngine());
  EXPECT_EQ(run(*engine, {1, 2}), (std::vector<float>{0.5F, 3}));
}

TEST_F(DoubleTest, ProfilesAndDescribesLayers) {
  const auto plan = build(denseModel(), [](IBuilderConfig& config) {
    config.setProfilingVerbosity(ProfilingVerbosity::kDETAILED);
  });
  const auto engine = load(*plan);
  const std::unique_ptr<IEngineInspector> inspector(engine->createEngineInspector());
  EXPECT_NE(
      std::string(inspector->getEngineInformation(LayerInformationFormat::kJSON)).find("\"Name\": \"relu\""),
      std::string::npos);
  const std::unique_ptr<IExecutionContext> context(engine->createExecutionContext());
  Profiler profiler;
  context->setProfiler(&profiler);
  std::vector<float> memory(4);
  ASSERT_TRUE(context->setInputShape("x", Dims2(1, 2)));
  ASSERT_TRUE(context->setTensorAddress("x", memory.data()));
  ASSERT_TRUE(context->setTensorAddress("y", memory.data() + 2));
  ASSERT_TRUE(context->enqueueV3(nullptr));
  ASSERT_EQ(profiler.layers.size(), 3U);
  EXPECT_EQ(profiler.layers[2], "relu");
}

TEST_F(DoubleTest, TimingCachesAreFilledAndChecked) {
  std::string content;
  std::unique_ptr<ITimingCache> cache;
  bool taken = false;
  const auto with = [&](IBuilderConfig& config) {
    cache.reset(config.createTimingCache(content.data(), content.size()));
    taken = cache != nullptr && config.setTimingCache(*cache, false);
  };
  EXPECT_NE(build(denseModel(), with), nullptr);
  EXPECT_TRUE(taken);
  const std::unique_ptr<IHostMemory> blob(cache->serialize());
  content.assign(static_cast<const char*>(blob->data()), blob->size());
  EXPECT_NE(content.find("relu"), std::string::npos) << content;
  edge_double_set_gpu("Another", 9, 0);
  EXPECT_NE(build(denseModel(), with), nullptr);
  EXPECT_FALSE(taken);
  content = "nothing of the kind";
  EXPECT_NE(build(denseModel(), with), nullptr);
  EXPECT_EQ(cache, nullptr);
}

TEST_F(DoubleTest, RefusesEnginesOfOthers) {
  const auto plan = build(denseModel());
  edge_double_set_gpu("Another", 9, 0);
  EXPECT_EQ(load(*plan), nullptr);
  EXPECT_NE(logger.text.find("expecting compute 9.0 got compute 8.7"), std::string::npos) << logger.text;
  edge_double_reset();
  edge_double_set_minor(NV_TENSORRT_MINOR - 1);
  EXPECT_EQ(load(*plan), nullptr);
  EXPECT_NE(logger.text.find("expecting library version"), std::string::npos) << logger.text;
}

TEST_F(DoubleTest, FailsWhereItIsTold) {
  const auto everything = [this] {
    const auto plan = build(denseModel());
    const auto engine = plan ? load(*plan) : nullptr;
    return engine != nullptr && !run(*engine, {1, 2}).empty();
  };
  ASSERT_TRUE(everything());
  const int calls = edge_double_calls(nullptr);
  EXPECT_GT(calls, 10);
  for (int nth = 1; nth <= calls; ++nth) {
    edge_double_reset();
    edge_double_fail(nullptr, nth);
    runtime.reset();
    const bool worked = everything();
    EXPECT_EQ(edge_double_failed(), worked ? 0 : 1) << "call " << nth;
  }
  edge_double_reset();
  edge_double_fail("IBuilder::buildSerializedNetwork", 2);
  EXPECT_TRUE(everything());
  EXPECT_FALSE(everything());
  EXPECT_TRUE(everything());
  EXPECT_EQ(edge_double_calls("IBuilder::buildSerializedNetwork"), 3);
}

TEST_F(DoubleTest, WithoutGpuAsTheRealOne) {
  edge_double_set_gpu(nullptr, 0, 0);
  EXPECT_EQ(createInferBuilder(logger), nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(createInferRuntime(logger)), 0x238U);
  EXPECT_NE(logger.text.find("CUDA initialization failure with error: 35"), std::string::npos);
}

TEST_F(DoubleTest, TellsItsVersion) {
  EXPECT_EQ(getInferLibVersion(), NV_TENSORRT_VERSION);
  edge_double_set_minor(3);
  EXPECT_EQ(getInferLibVersion(), NV_TENSORRT_MAJOR * 10000 + 300);
}

using DoubleDeathTest = DoubleTest;

TEST_F(DoubleDeathTest, NewerSlotsEndTheProcess) {
  const std::unique_ptr<IBuilder> builder(createInferBuilder(logger));
  const std::unique_ptr<IBuilderConfig> config(builder->createBuilderConfig());
#if NV_TENSORRT_MAJOR < 11
  edge_double_set_minor(3);
  EXPECT_DEATH(config->setMaxNbTactics(1),
               "IBuilderConfig::setMaxNbTactics is there since 10.4, and was used on 10.3");
#else
  edge_double_set_minor(0);
  EXPECT_DEATH(static_cast<void>(config->setBuildRoute("")),
               "IBuilderConfig::setBuildRoute is there since 11.1, and was used on 11.0");
#endif
  edge_double_reset();
  EXPECT_DEATH(config->reset(), "IBuilderConfig::reset does nothing here");
}

#if NV_TENSORRT_MAJOR < 11

class Calibrator final : public IInt8EntropyCalibrator2 {
 public:
  std::int32_t getBatchSize() const noexcept override { return 2; }
  bool getBatch(void* bindings[], char const* names[], std::int32_t count) noexcept override {
    EXPECT_EQ(count, 1);
    EXPECT_STREQ(names[0], "x");
    if (given == batches.size()) return false;
    bindings[0] = batches[given++].data();
    return true;
  }
  void const* readCalibrationCache(std::size_t& length) noexcept override {
    length = cache.size();
    return cache.empty() ? nullptr : cache.data();
  }
  void writeCalibrationCache(void const* content, std::size_t length) noexcept override {
    cache.assign(static_cast<const char*>(content), length);
  }

  std::vector<std::vector<float>> batches;
  std::size_t given = 0;
  std::string cache;
};

TEST_F(DoubleTest, CalibratesWithAllBatches) {
  Calibrator calibrator;
  calibrator.batches = {{1, 2, 3, 4}, {0, 0, 0, -127}};
  const auto with = [&calibrator](IBuilderConfig& config) {
    config.setFlag(BuilderFlag::kINT8);
    config.setInt8Calibrator(&calibrator);
  };
  const auto plan = build(denseModel(), with);
  ASSERT_NE(plan, nullptr) << logger.text;
  EXPECT_EQ(calibrator.given, 2U);
  // 127/127 = 1 is 0x3f800000.
  EXPECT_NE(calibrator.cache.find("x: 3f800000\n"), std::string::npos) << calibrator.cache;
  // 1.4 is rounded to a whole number of steps of 1.
  EXPECT_EQ(run(*load(*plan), {1.4F, 0}), (std::vector<float>{1.5F, 0}));
  calibrator.given = 0;
  EXPECT_NE(build(denseModel(), with), nullptr);
  EXPECT_EQ(calibrator.given, 0U) << "the cache makes batches needless";
}

#endif

}  // namespace
