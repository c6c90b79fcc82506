#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

class Build : public OnDouble {};
INSTANTIATE_TEST_SUITE_P(Major, Build, testing::Values(10, 11));

/// Notes what a build tells, and ends it at a step.
class Watcher final : public BuildObserver {
 public:
  explicit Watcher(int lastStep = -1) : stepsLeft_(lastStep) {}

  void phaseStarted(const std::string& phase, const std::string& parent, int count) noexcept override {
    EXPECT_GT(count, 0);
    EXPECT_EQ(parent, open_.empty() ? "" : open_.back());
    open_.push_back(phase);
    phases.push_back(phase);
  }
  bool stepDone(const std::string& phase, int /*step*/) noexcept override {
    EXPECT_EQ(phase, open_.back());
    ++steps;
    if (stepsLeft_ < 0) return true;
    --stepsLeft_;
    return stepsLeft_ >= 0;
  }
  void phaseEnded(const std::string& phase) noexcept override {
    EXPECT_EQ(phase, open_.back());
    open_.pop_back();
  }
  bool allEnded() const { return open_.empty(); }

  std::vector<std::string> phases;
  int steps = 0;

 private:
  int stepsLeft_;
  std::vector<std::string> open_;
};

TEST_P(Build, MakesAPlanAndATimingCache) {
  const auto api = tensorrt().api();
  const BuiltEngine built = buildEngine(*api, onnx::denseModel(3));
  EXPECT_GT(built.plan.size(), 28U);
  EXPECT_FALSE(built.timingCache.empty());
  EXPECT_TRUE(built.warnings.empty()) << built.warnings.front();
}

TEST_P(Build, TellsAnObserverOfEachPhase) {
  const auto api = tensorrt().api();
  Watcher watcher;
  api->build({onnx::denseModel(3), ""}, {}, &watcher, nullptr);
  EXPECT_FALSE(watcher.phases.empty());
  EXPECT_GT(watcher.steps, 0);
  EXPECT_TRUE(watcher.allEnded());
}

TEST_P(Build, EndsAtAnyStepWhereTheObserverEndsIt) {
  const auto api = tensorrt().api();
  Watcher whole;
  api->build({onnx::denseModel(3), ""}, {}, &whole, nullptr);
  for (int step = 0; step < whole.steps; ++step) {
    Watcher watcher(step);
    const Error error = errorOf([&] { api->build({onnx::denseModel(3), ""}, {}, &watcher, nullptr); });
    EXPECT_ERROR(error, ErrorCode::ABORTED, "aborted");
    EXPECT_EQ(watcher.steps, step + 1) << "it was asked again after its no";
    EXPECT_TRUE(watcher.allEnded());
    EXPECT_EQ(tensorrt().live(), 0);
  }
}

TEST_P(Build, SaysWhatTensorRtSaysOfAFailure) {
  const auto api = tensorrt().api();
  BuildSettings settings;
  settings.workspaceBytes = 10;
  const Error error = errorOf([&] { buildEngine(*api, onnx::denseModel(3), settings); });
  EXPECT_ERROR(error, ErrorCode::ENGINE_BUILD_FAILED, "Could not find any implementation for node");
}

TEST_P(Build, RefusesAnOptimizationLevelOutOfRange) {
  const auto api = tensorrt().api();
  for (const int level : {-1, 6}) {
    BuildSettings settings;
    settings.optimizationLevel = level;
    EXPECT_ERROR(errorOf([&] { buildEngine(*api, onnx::denseModel(3), settings); }),
                 ErrorCode::INVALID_ARGUMENT, "0 to 5");
  }
}

TEST_P(Build, UsesATimingCacheAgainAndReplacesOneThatIsOfNoUse) {
  const auto api = tensorrt().api();
  BuildSettings settings;
  settings.timingCache = buildEngine(*api, onnx::denseModel(3)).timingCache;
  const BuiltEngine again = buildEngine(*api, onnx::denseModel(3), settings);
  EXPECT_EQ(again.timingCache, settings.timingCache);
  EXPECT_TRUE(again.warnings.empty());

  tensorrt().setGpu("another", 9, 0);
  const BuiltEngine elsewhere = buildEngine(*api, onnx::denseModel(3), settings);
  EXPECT_NE(elsewhere.timingCache, settings.timingCache);
  const bool warned = std::any_of(
      elsewhere.warnings.begin(), elsewhere.warnings.end(),
      [](const std::string& warning) { return warning.find("timing cache") != std::string::npos; });
  EXPECT_TRUE(warned);

  settings.timingCache = {1, 2, 3};
  const BuiltEngine damaged = buildEngine(*api, onnx::denseModel(3), settings);
  EXPECT_EQ(damaged.timingCache, elsewhere.timingCache);
  ASSERT_EQ(damaged.warnings.size(), 1U);
  EXPECT_NE(damaged.warnings[0].find("is not a timing cache"), std::string::npos) << damaged.warnings[0];
}

TEST_P(Build, SaysThatThereIsNoGpu) {
  tensorrt().setGpu(nullptr, 0, 0);
  const auto api = tensorrt().api();
  EXPECT_ERROR(errorOf([&] { buildEngine(*api, onnx::denseModel(3)); }), ErrorCode::DEVICE_UNAVAILABLE,
               "CUDA initialization failure");
  const std::vector<char> plan(100, 'x');
  EXPECT_ERROR(errorOf([&] { api->deserialize(plan.data(), plan.size(), {}); }),
               ErrorCode::DEVICE_UNAVAILABLE, "CUDA initialization failure");
}

TEST_P(Build, SaysWhetherTensorRtWorksHere) {
  const auto api = tensorrt().api();
  EXPECT_NO_THROW(api->start());
  // Error 35 is what CUDA's runtime says of a driver that is too old for it.
  tensorrt().setGpu(nullptr, 0, 0);
  const Error error = errorOf([&] { api->start(); });
  EXPECT_ERROR(error, ErrorCode::DEVICE_UNAVAILABLE, "CUDA initialization failure");
  EXPECT_NE(error.text().remedy.find("update the driver"), std::string::npos) << error.text().remedy;
}

TEST_P(Build, TakesPrecisionsThatTheModelCanGive) {
  const auto api = tensorrt().api();
  for (const Precision precision : {Precision::fp32, Precision::best}) {
    BuildSettings settings;
    settings.precision = precision;
    settings.tf32 = false;
    EXPECT_FALSE(buildEngine(*api, onnx::denseModel(3), settings).plan.empty());
  }
  BuildSettings settings;
  settings.precision = Precision::fp16;
  if (major() == 10) {
    EXPECT_FALSE(buildEngine(*api, onnx::denseModel(3), settings).plan.empty());
  } else {
    EXPECT_ERROR(errorOf([&] { buildEngine(*api, onnx::denseModel(3), settings); }),
                 ErrorCode::MODEL_UNSUPPORTED,
                 "fp16 was asked for, and TensorRT 11 computes in the types that the model has");
  }
  EXPECT_FALSE(buildEngine(*api, onnx::castModel(onnx::Type::float16), settings).plan.empty());
}

TEST_P(Build, RefusesInt8WithoutRanges) {
  const auto api = tensorrt().api();
  BuildSettings settings;
  settings.precision = Precision::int8;
  EXPECT_ERROR(errorOf([&] { buildEngine(*api, onnx::denseModel(3), settings); }),
               ErrorCode::MODEL_UNSUPPORTED, "QuantizeLinear and DequantizeLinear");
}

}  // namespace
}  // namespace edge::tensorrt
