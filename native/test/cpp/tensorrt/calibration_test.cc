#include <gtest/gtest.h>

#include <cstring>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

class Calibration : public OnDouble {};
INSTANTIATE_TEST_SUITE_P(Ten, Calibration, testing::Values(10));
class NoCalibration : public OnDouble {};
INSTANTIATE_TEST_SUITE_P(Eleven, NoCalibration, testing::Values(11));

/// Gives as many batches of one row as it is told to.
class Batches final : public Calibrator {
 public:
  explicit Batches(int count, CalibrationMethod method = CalibrationMethod::entropy)
      : left_(count), method_(method) {}

  CalibrationMethod method() const noexcept override { return method_; }
  void expect(std::vector<CalibrationInput> inputs) override { expected = std::move(inputs); }
  bool nextBatch(const std::vector<std::string>& names,
                 std::vector<void*>& deviceAddresses) noexcept override {
    ++asked;
    EXPECT_EQ(names, std::vector<std::string>{"x"});
    if (left_ == 0) return false;
    --left_;
    row[0] = static_cast<float>(given);
    ++given;
    deviceAddresses.assign(addresses, row.data());
    if (addresses == 0) return true;
    if (null) deviceAddresses[0] = nullptr;
    return true;
  }
  const std::vector<std::uint8_t>* readCache() noexcept override {
    return cacheIn.empty() ? nullptr : &cacheIn;
  }
  void writeCache(const void* data, std::size_t bytes) noexcept override {
    const auto* first = static_cast<const std::uint8_t*>(data);
    cacheOut.assign(first, first + bytes);
  }

  std::vector<CalibrationInput> expected;
  int asked = 0;
  int given = 0;
  std::size_t addresses = 1;
  std::vector<float> row = {0, 1};
  bool null = false;
  std::vector<std::uint8_t> cacheIn;
  std::vector<std::uint8_t> cacheOut;

 private:
  int left_;
  CalibrationMethod method_;
};

BuildSettings int8() {
  BuildSettings settings;
  settings.precision = Precision::int8;
  return settings;
}

TEST_P(Calibration, TakesTheBatchesThatThereAre) {
  const auto api = tensorrt().api();
  for (const CalibrationMethod method : {CalibrationMethod::entropy, CalibrationMethod::minMax}) {
    Batches batches(7, method);
    const BuiltEngine built = api->build({onnx::denseModel(1), ""}, int8(), nullptr, &batches);
    EXPECT_FALSE(built.plan.empty());
    ASSERT_EQ(batches.expected.size(), 1U);
    EXPECT_EQ(batches.expected[0].name, "x");
    EXPECT_EQ(batches.expected[0].bytes, 8U);
    EXPECT_EQ(batches.given, 7);
    EXPECT_EQ(batches.asked, 8);
    const std::string cache(batches.cacheOut.begin(), batches.cacheOut.end());
    EXPECT_NE(cache.find(method == CalibrationMethod::entropy ? "EntropyCalibration2" : "MinMaxCalibration"),
              std::string::npos)
        << cache;
    EXPECT_NE(cache.find("x: "), std::string::npos) << cache;
  }
}

TEST_P(Calibration, AsksForNoBatchWhereItHasACache) {
  const auto api = tensorrt().api();
  Batches first(3);
  api->build({onnx::denseModel(1), ""}, int8(), nullptr, &first);
  Batches second(3);
  second.cacheIn = first.cacheOut;
  api->build({onnx::denseModel(1), ""}, int8(), nullptr, &second);
  EXPECT_EQ(second.asked, 0);
}

TEST_P(Calibration, SaysOfWhichShapesItsBatchesAre) {
  const auto api = tensorrt().api();
  Batches batches(3);
  BuildSettings settings = int8();
  settings.profiles = {{{"x", {1, 2}, {4, 2}, {8, 2}}}};
  batches.row = std::vector<float>(8, 1);
  const BuiltEngine built = api->build({onnx::denseModel(-1), ""}, settings, nullptr, &batches);
  EXPECT_EQ(tensorrt().calls("IBuilderConfig::setCalibrationProfile"), 1);
  EXPECT_TRUE(built.warnings.empty()) << built.warnings.front();
  ASSERT_EQ(batches.expected.size(), 1U);
  EXPECT_EQ(batches.expected[0].bytes, 32U);
}

TEST_P(Calibration, FailsWithoutBatches) {
  const auto api = tensorrt().api();
  Batches none(0);
  EXPECT_ERROR(errorOf([&] { api->build({onnx::denseModel(1), ""}, int8(), nullptr, &none); }),
               ErrorCode::ENGINE_BUILD_FAILED, "no scaling factors");
}

TEST_P(Calibration, WantsAnAddressForEachInput) {
  const auto api = tensorrt().api();
  Batches few(3);
  few.addresses = 0;
  EXPECT_ERROR(errorOf([&] { api->build({onnx::denseModel(1), ""}, int8(), nullptr, &few); }),
               ErrorCode::INTERNAL, "1 addresses, for x");
  EXPECT_EQ(few.asked, 1);
  Batches null(3);
  null.null = true;
  EXPECT_ERROR(errorOf([&] { api->build({onnx::denseModel(1), ""}, int8(), nullptr, &null); }),
               ErrorCode::INTERNAL, "an address for each input");
}

/// Models that say themselves what is computed in int8.
class Quantized : public OnDouble {
 protected:
  static std::vector<float> run(Api& api, const BuiltEngine& built) {
    const auto engine = api.deserialize(built.plan.data(), built.plan.size(), {});
    const auto execution = engine->createExecution();
    const float x[] = {1.1F, -0.3F};
    std::vector<float> y(2);
    execution->setInputAddress(0, x);
    execution->setOutputAddress(0, y.data());
    execution->enqueue(nullptr);
    return y;
  }
};
INSTANTIATE_TEST_SUITE_P(Major, Quantized, testing::Values(10, 11));

TEST_P(Quantized, AreBuiltWithoutCalibrationInWhicheverPrecision) {
  const auto api = tensorrt().api();
  std::vector<Precision> all = {Precision::fp32, Precision::int8, Precision::best};
  if (major() == 10) all.insert(all.end(), {Precision::fp16, Precision::bf16});
  for (const Precision precision : all) {
    BuildSettings settings;
    settings.precision = precision;
    const BuiltEngine built = buildEngine(*api, onnx::quantizedModel(), settings);
    EXPECT_TRUE(built.warnings.empty()) << built.warnings.front();
    // 1.1 becomes 1, and -0.3 becomes -0.25: the scale is 0.25.
    EXPECT_EQ(run(*api, built), (std::vector<float>{0.75F, 0}));
  }
}

TEST_P(Quantized, AskForNoBatchesThatAreGiven) {
  const auto api = tensorrt().api();
  Batches batches(3);
  const BuiltEngine built = api->build({onnx::quantizedModel(), ""}, int8(), nullptr, &batches);
  EXPECT_EQ(batches.asked, 0);
  ASSERT_EQ(built.warnings.size(), 1U);
  EXPECT_NE(built.warnings[0].find("The calibration is not used"), std::string::npos);
  EXPECT_EQ(run(*api, built), (std::vector<float>{0.75F, 0}));
}

TEST_P(Calibration, OrAQuantizedModelIsWhatInt8Takes) {
  const Error error = errorOf([&] { buildEngine(*tensorrt().api(), onnx::denseModel(1), int8()); });
  EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "edge-trt build --calibrate");
  EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "or quantize the ONNX file first");
}

TEST_P(NoCalibration, IsAnErrorThatSaysWhatToDo) {
  const auto api = tensorrt().api();
  Batches batches(3);
  EXPECT_ERROR(errorOf([&] { api->build({onnx::denseModel(1), ""}, int8(), nullptr, &batches); }),
               ErrorCode::INVALID_ARGUMENT, "QuantizeLinear");
  EXPECT_EQ(batches.asked, 0);
}

}  // namespace
}  // namespace edge::tensorrt
