#include <gtest/gtest.h>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

class Plugins : public OnDouble {};
INSTANTIATE_TEST_SUITE_P(Major, Plugins, testing::Values(10, 11));

TEST_P(Plugins, ThatAreNotThereAreNamedWithWhatToDo) {
  const auto api = tensorrt().api();
  const std::vector<std::uint8_t> plan = buildEngine(*api, onnx::denseModel(1)).plan;
  // TensorRT tells the name to the logger it was given first: here, to that of an engine which lives on.
  const auto first = api->deserialize(plan.data(), plan.size(), {});
  tensorrt().setMissingPlugin("EfficientNMS_TRT");
  for (int i = 0; i < 2; ++i) {
    const Error error = errorOf([&] { api->deserialize(plan.data(), plan.size(), {}); });
    EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "a plugin that is not in this process");
    EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "Cannot find plugin: EfficientNMS_TRT, version: 1");
    EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED,
                 "--setPluginsToSerialize), and open it with tensorrt: { allowHostCode");
  }
}

}  // namespace
}  // namespace edge::tensorrt
