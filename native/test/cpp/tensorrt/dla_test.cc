#include <gtest/gtest.h>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

class Dla : public OnDouble {
 protected:
  BuiltEngine build(const Version& version, const DlaSettings& dla, Precision precision = Precision::best) {
    EntryPoints points = tensorrt().entryPoints();
    points.version = version;
    const auto api = major() == 10 ? v10::makeApi(points) : v11::makeApi(points);
    BuildSettings settings;
    settings.dla = dla;
    settings.precision = precision;
    return buildEngine(*api, onnx::denseModel(1), settings);
  }
  Version with() const { return major() == 10 ? Version{10, 7, 0, 0} : Version{11, 4, 1, 0}; }
};
INSTANTIATE_TEST_SUITE_P(Major, Dla, testing::Values(10, 11));

TEST_P(Dla, IsForVersionsThatHaveIt) {
  tensorrt().setDlaCores(2);
  const Version without = major() == 10 ? Version{10, 8, 0, 0} : Version{11, 4, 0, 0};
  EXPECT_ERROR(errorOf([&] { build(without, {}); }), ErrorCode::LIBRARY_INCOMPATIBLE,
               "11.4.1 on an AGX Orin");
  EXPECT_FALSE(build(with(), {}).plan.empty());
  EXPECT_EQ(tensorrt().calls("IBuilderConfig::setDLACore"), 1);
}

TEST_P(Dla, IsForBoardsThatHaveIt) {
  EXPECT_ERROR(errorOf([&] { build(with(), {}); }), ErrorCode::DEVICE_UNAVAILABLE, "no DLA");
}

TEST_P(Dla, HasSoManyCores) {
  tensorrt().setDlaCores(2);
  EXPECT_FALSE(build(with(), {1, true}).plan.empty());
  for (const int core : {-1, 2}) {
    EXPECT_ERROR(errorOf([&] { build(with(), {core, true}); }), ErrorCode::INVALID_ARGUMENT, "0 to 1");
  }
}

TEST_P(Dla, RunsOnTheCoreThatWasChosen) {
  const auto api = tensorrt().api();
  const BuiltEngine built = buildEngine(*api, onnx::denseModel(1), {});
  api->deserialize(built.plan.data(), built.plan.size(), {});
  EXPECT_EQ(tensorrt().calls("IRuntime::setDLACore"), 0);
  LoadSettings settings;
  settings.dlaCore = 1;
  api->deserialize(built.plan.data(), built.plan.size(), settings);
  EXPECT_EQ(tensorrt().calls("IRuntime::setDLACore"), 1);
}

TEST_P(Dla, DoesNotComputeInFp32) {
  tensorrt().setDlaCores(2);
  if (major() == 10) {
    EXPECT_ERROR(errorOf([&] { build(with(), {}, Precision::fp32); }), ErrorCode::INVALID_ARGUMENT, "fp32");
  }
}

}  // namespace
}  // namespace edge::tensorrt
