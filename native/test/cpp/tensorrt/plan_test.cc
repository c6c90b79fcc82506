#include <gtest/gtest.h>

#include <cstring>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

using Bytes = std::vector<std::uint8_t>;

class Plan : public OnDouble {
 protected:
  Error refusal(const Bytes& plan) {
    return errorOf([&] { tensorrt().api()->deserialize(plan.data(), plan.size(), {}); });
  }
  static std::string number(int minor) { return std::to_string(major()) + "." + std::to_string(minor) + "."; }
};
INSTANTIATE_TEST_SUITE_P(Major, Plan, testing::Values(10, 11));

TEST_P(Plan, OfAnotherVersionSaysWhichAndWhichIsHere) {
  const Bytes plan = buildEngine(*tensorrt().api(3), onnx::denseModel(1)).plan;
  const auto here = tensorrt().api(2);
  const Error error = errorOf([&] { here->deserialize(plan.data(), plan.size(), {}); });
  EXPECT_ERROR(error, ErrorCode::ENGINE_INCOMPATIBLE, "found: one made by TensorRT " + number(3));
  EXPECT_ERROR(error, ErrorCode::ENGINE_INCOMPATIBLE, "expected: an engine made by TensorRT " + number(2));
  EXPECT_ERROR(error, ErrorCode::ENGINE_INCOMPATIBLE, "or build it as version compatible");
}

TEST_P(Plan, OfAnotherMajorVersionIsBuiltAgain) {
  const auto api = tensorrt().api();
  Bytes plan = buildEngine(*api, onnx::denseModel(1)).plan;
  plan.at(24) = major() == 10 ? 11 : 10;
  const Error error = errorOf([&] { api->deserialize(plan.data(), plan.size(), {}); });
  EXPECT_ERROR(error, ErrorCode::ENGINE_INCOMPATIBLE, "Build it again from its ONNX file, on this device.");
}

TEST_P(Plan, OfAnotherGpuSaysSo) {
  const auto api = tensorrt().api();
  const Bytes plan = buildEngine(*api, onnx::denseModel(1)).plan;
  tensorrt().setGpu("another", 9, 0);
  EXPECT_ERROR(refusal(plan), ErrorCode::ENGINE_INCOMPATIBLE, "a GPU like this one");
}

TEST_P(Plan, ForSeveralGpusRunsOnThem) {
  const auto api = tensorrt().api();
  BuildSettings settings;
  settings.hardwareCompatibility = HardwareCompatibility::amperePlus;
  const Bytes plan = buildEngine(*api, onnx::denseModel(1), settings).plan;
  tensorrt().setGpu("another", 9, 0);
  EXPECT_NE(api->deserialize(plan.data(), plan.size(), {}), nullptr);
}

TEST_P(Plan, ThatIsVersionCompatibleIsCode) {
  BuildSettings settings;
  settings.versionCompatible = true;
  const Bytes plan = buildEngine(*tensorrt().api(2), onnx::denseModel(1), settings).plan;
  const auto api = tensorrt().api(3);
  EXPECT_ERROR(errorOf([&] { api->deserialize(plan.data(), plan.size(), {}); }),
               ErrorCode::ENGINE_INCOMPATIBLE, "trust");
  EXPECT_NE(api->deserialize(plan.data(), plan.size(), edge::tensorrt::LoadSettings{true}), nullptr);
}

TEST_P(Plan, ThatIsDamagedIsToldFromOneForElsewhere) {
  Bytes plan = buildEngine(*tensorrt().api(), onnx::denseModel(1)).plan;
  plan.resize(plan.size() / 2);
  EXPECT_ERROR(refusal(plan), ErrorCode::MODEL_INVALID, "a whole engine");
  plan.resize(10);
  EXPECT_ERROR(refusal(plan), ErrorCode::MODEL_INVALID, "a whole engine");
}

TEST_P(Plan, ThatIsNoneIsToldSo) {
  EXPECT_ERROR(refusal(Bytes(100, 'x')), ErrorCode::MODEL_INVALID, "not a serialized TensorRT engine");
  EXPECT_ERROR(refusal(Bytes(1, 'f')), ErrorCode::MODEL_INVALID, "not a serialized TensorRT engine");
  EXPECT_ERROR(refusal({}), ErrorCode::MODEL_INVALID, "empty");
  // As Ultralytics writes them: a length, a description, the engine.
  Bytes described = buildEngine(*tensorrt().api(), onnx::denseModel(1)).plan;
  const std::string description("\x0d\0\0\0{\"stride\": 32}", 18);
  described.insert(described.begin(), description.begin(), description.end());
  EXPECT_ERROR(refusal(described), ErrorCode::MODEL_INVALID, "without metadata");
}

}  // namespace
}  // namespace edge::tensorrt
