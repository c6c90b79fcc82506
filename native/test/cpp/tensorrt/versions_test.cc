#include <gtest/gtest.h>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

/// The doubles end the process at a call that their version does not have.
class Versions : public testing::TestWithParam<std::pair<int, int>> {
 protected:
  void SetUp() override { tensorrt().reset(); }
  static Double& tensorrt() { return Double::of(GetParam().first); }
};
INSTANTIATE_TEST_SUITE_P(Minor, Versions,
                         testing::Values(std::pair{10, 0}, std::pair{10, 3}, std::pair{10, 8},
                                         std::pair{10, 13}, std::pair{10, 16}, std::pair{11, 0},
                                         std::pair{11, 1}, std::pair{11, 4}),
                         [](const auto& version) {
                           return std::to_string(version.param.first) + "_" +
                                  std::to_string(version.param.second);
                         });

TEST_P(Versions, BuildRunRefitAndTell) {
  const auto api = tensorrt().api(GetParam().second);
  EXPECT_EQ(api->version().major, GetParam().first);
  EXPECT_EQ(api->version().minor, GetParam().second);
  BuildSettings settings;
  settings.precision = Precision::best;
  settings.workspaceBytes = std::size_t{1} << 20U;
  settings.optimizationLevel = 2;
  settings.profiles = {rows(1, 2, 4)};
  settings.hardwareCompatibility = HardwareCompatibility::amperePlus;
  settings.versionCompatible = true;
  settings.refittable = true;
  settings.detailedProfiling = true;
  const BuiltEngine built = buildEngine(*api, onnx::denseModel(-1), settings);
  const auto engine =
      api->deserialize(built.plan.data(), built.plan.size(), edge::tensorrt::LoadSettings{true});
  EXPECT_GT(engine->deviceBytes(), 0U);
  EXPECT_FALSE(engine->layersJson().empty());
  const auto execution = engine->createExecution();
  execution->setInputShape(0, {1, 2});
  execution->profileLayers(true);
  const float x[] = {1, 1};
  float y[] = {0, 0};
  execution->setInputAddress(0, x);
  execution->setOutputAddress(0, y);
  engine->refit({onnx::denseModel(-1, 2), ""});
  execution->enqueue(nullptr);
  EXPECT_FLOAT_EQ(y[0], 8.5);
}

TEST_P(Versions, HaveEnginesForOneComputeCapabilitySince10_9) {
  const auto api = tensorrt().api(GetParam().second);
  BuildSettings settings;
  settings.hardwareCompatibility = HardwareCompatibility::sameComputeCapability;
  if (GetParam() < std::pair{10, 9}) {
    EXPECT_ERROR(errorOf([&] { buildEngine(*api, onnx::denseModel(1), settings); }),
                 ErrorCode::LIBRARY_INCOMPATIBLE, "10.9 or newer");
  } else {
    EXPECT_FALSE(buildEngine(*api, onnx::denseModel(1), settings).plan.empty());
  }
}

}  // namespace
}  // namespace edge::tensorrt
