#include <gtest/gtest.h>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

class Profiles : public OnDouble {
 protected:
  Error refusal(const std::vector<Profile>& profiles, std::int64_t modelRows = -1) {
    const auto api = tensorrt().api();
    BuildSettings settings;
    settings.profiles = profiles;
    return errorOf([&] { buildEngine(*api, onnx::denseModel(modelRows), settings); });
  }
};
INSTANTIATE_TEST_SUITE_P(Major, Profiles, testing::Values(10, 11));

TEST_P(Profiles, AreAskedForWhereAnInputHasOpenDimensions) {
  EXPECT_ERROR(refusal({}), ErrorCode::SHAPE_MISMATCH, "found: \"x\" [-1, 2]");
  EXPECT_ERROR(refusal({Profile{}}), ErrorCode::SHAPE_MISMATCH,
               "profile 0 has no shapes for the input \"x\"");
}

TEST_P(Profiles, NameInputsOfTheModel) {
  EXPECT_ERROR(refusal({{{"z", {1, 2}, {1, 2}, {1, 2}}}}), ErrorCode::TENSOR_NOT_FOUND,
               "expected: \"x\" [-1, 2] | found: \"z\"");
}

TEST_P(Profiles, FitTheModel) {
  EXPECT_ERROR(refusal({{{"x", {1, 2}, {1, 2}, {1, 3}}}}), ErrorCode::SHAPE_MISMATCH,
               "the largest shape of \"x\" in profile 0 does not fit the model");
  EXPECT_ERROR(refusal({{{"x", {1, 2}, {1}, {1, 2}}}}), ErrorCode::SHAPE_MISMATCH,
               "the usual shape of \"x\"");
  EXPECT_ERROR(refusal({rows(1, 2, 3), {{"x", {}, {1, 2}, {1, 2}}}}), ErrorCode::SHAPE_MISMATCH,
               "the smallest shape of \"x\" in profile 1 does not fit the model");
  EXPECT_ERROR(refusal({rows(-1, 1, 1)}), ErrorCode::SHAPE_MISMATCH, "the smallest shape");
  EXPECT_ERROR(refusal({rows(1, 4, 4)}, 3), ErrorCode::SHAPE_MISMATCH, "found: [1, 2]");
}

TEST_P(Profiles, AreInOrder) {
  EXPECT_ERROR(refusal({rows(4, 2, 8)}), ErrorCode::SHAPE_MISMATCH, "[4, 2] to [8, 2], mostly [2, 2]");
}

TEST_P(Profiles, HaveNoMoreDimensionsThanTensorRt) {
  const std::vector<std::int64_t> nine(9, 1);
  EXPECT_ERROR(refusal({{{"x", nine, nine, nine}}}), ErrorCode::SHAPE_MISMATCH, "does not fit");
}

TEST_P(Profiles, AreToldByTheEngine) {
  const auto api = tensorrt().api();
  BuildSettings settings;
  settings.profiles = {rows(1, 2, 4), rows(5, 6, 7)};
  const BuiltEngine built = buildEngine(*api, onnx::denseModel(-1), settings);
  const auto engine = api->deserialize(built.plan.data(), built.plan.size(), {});
  ASSERT_EQ(engine->profiles().size(), 2U);
  ASSERT_EQ(engine->profiles()[1].size(), 1U);
  const ProfileShape& second = engine->profiles()[1][0];
  EXPECT_EQ(second.input, "x");
  EXPECT_EQ(second.min, (std::vector<std::int64_t>{5, 2}));
  EXPECT_EQ(second.opt, (std::vector<std::int64_t>{6, 2}));
  EXPECT_EQ(second.max, (std::vector<std::int64_t>{7, 2}));
}

}  // namespace
}  // namespace edge::tensorrt
