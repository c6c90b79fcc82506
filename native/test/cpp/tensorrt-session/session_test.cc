#include "tensorrt/session.h"

#include <algorithm>
#include <cstring>

#include "cuda/memory.h"
#include "sessions.h"

namespace edge::tensorrt {
namespace {

INSTANTIATE_TEST_SUITE_P(Major, Sessions, testing::Values(10, 11));

const std::vector<float> kX{1, 1};
const std::vector<float> kY{4.5, 0};  // of denseModel(1)

TEST_P(Sessions, LaunchAGraphFromTheSecondRunOn) {
  const auto session = open(planOf(onnx::denseModel(1)));
  const auto request = session->createRequest();
  EXPECT_EQ(run(*request, kX), kY);
  EXPECT_EQ(gpu().calls("cuGraphLaunch"), 0);
  EXPECT_EQ(run(*request, kX), kY);
  EXPECT_EQ(run(*request, {2, 0}), (std::vector<float>{2.5, 0}));
  EXPECT_EQ(gpu().calls("cuGraphLaunch"), 2);
  EXPECT_EQ(tensorrt().calls("IExecutionContext::enqueueV3"), 2) << "one to warm up, one that is recorded";
  EXPECT_EQ(request->graphRefusal(), "");
}

TEST_P(Sessions, GoOnWithoutAGraphWhereNoneCanBeRecorded) {
  const auto session = open(planOf(onnx::denseModel(1)));
  const auto request = session->createRequest();
  EXPECT_EQ(run(*request, kX), kY);
  gpu().fail("cuStreamEndCapture", 1, 900, 1);
  EXPECT_EQ(run(*request, kX), kY);
  EXPECT_NE(request->graphRefusal(), "");
  EXPECT_EQ(run(*request, kX), kY);
  EXPECT_EQ(gpu().calls("cuGraphLaunch"), 0);
}

TEST_P(Sessions, MapOnAJetsonAndCopyElsewhere) {
  const std::vector<std::uint8_t> plan = planOf(onnx::denseModel(1));
  const auto copies = [&](const char* device, Transfer transfer) {
    gpu().set(std::string("device=") + device);
    RunSettings settings;
    settings.transfer = transfer;
    const auto session = open(plan, settings);
    const auto request = session->createRequest();
    const std::int64_t before = gpu().calls("cuMemcpyHtoDAsync_v2");
    EXPECT_EQ(run(*request, kX), kY);
    return gpu().calls("cuMemcpyHtoDAsync_v2") - before;
  };
  EXPECT_EQ(copies("h200", Transfer::automatic), 1);
  EXPECT_EQ(copies("orin", Transfer::automatic), 0);
  EXPECT_EQ(copies("h200", Transfer::mapped), 0);
  EXPECT_EQ(copies("orin", Transfer::copied), 1);
}

TEST_P(Sessions, ReadInputsFromMemoryOfTheGpu) {
  const auto session = open(planOf(onnx::denseModel(1)));
  const auto request = session->createRequest();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(*request, kX), kY);

  const auto context = cuda::PrimaryContext::retain(cuda::Driver::load({{CUDA_DOUBLE, "the test"}}), 0);
  cuda::DeviceMemory frame(context, 2 * sizeof(float));
  const float values[] = {2, 0};
  std::memcpy(frame.pointer(), values, sizeof(values));  // the double's memory is the processor's
  request->readInputFromDevice(0, frame.address());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(*request, kX), (std::vector<float>{2.5, 0}));

  EXPECT_ERROR(errorOf([&] { request->readInputFromDevice(0, frame.address() + 4); }),
               ErrorCode::INVALID_ARGUMENT, "8 bytes");
  EXPECT_ERROR(errorOf([&] { request->readInputFromDevice(0, 4096); }), ErrorCode::INVALID_ARGUMENT,
               "does not know");
  cuda::DeviceMemory large(context, 512);
  EXPECT_ERROR(errorOf([&] { request->readInputFromDevice(0, large.address() + 128); }),
               ErrorCode::INVALID_ARGUMENT, "a multiple of 256");
  EXPECT_EQ(run(*request, kX), (std::vector<float>{2.5, 0})) << "what was refused changes nothing";
  request->readInputFromDevice(0, std::nullopt);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(*request, kX), kY);

  tensorrt().fail("IExecutionContext::setInputTensorAddress", 1);
  EXPECT_ERROR(errorOf([&] { request->readInputFromDevice(0, frame.address()); }),
               ErrorCode::INFERENCE_FAILED, "");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(*request, kX), kY) << "nor does what TensorRT refuses";
}

TEST_P(Sessions, GiveOutputsOfUnknownSizeABufferOfTheirOwn) {
  const auto session = open(planOf(onnx::nonZeroModel()));
  const auto request = session->createRequest();
  EXPECT_TRUE(session->outputs()[0].dynamic);
  const float one[] = {0, 5, 0, 0};
  std::memcpy(request->inputs()[0]->data(), one, sizeof(one));
  request->run();
  const std::shared_ptr<Buffer> first = request->outputs()[0];
  EXPECT_EQ(request->outputShapes()[0].back(), 1);
  const float all[] = {1, 1, 1, 1};
  std::memcpy(request->inputs()[0]->data(), all, sizeof(all));
  request->run();
  EXPECT_EQ(request->outputShapes()[0].back(), 4);
  EXPECT_EQ(first->bytes(), sizeof(std::int64_t)) << "an earlier run's output stays as it was";
  EXPECT_NE(request->graphRefusal(), "");
}

TEST_P(Sessions, TakeShapesOfAnyProfile) {
  const auto session = open(planOf(onnx::denseModel(-1), {rows(1, 2, 4), rows(5, 6, 7)}));
  EXPECT_EQ(session->inputs()[0].shape, (std::vector<std::int64_t>{2, 2}));
  EXPECT_FALSE(session->inputs()[0].dynamic) << "nobody has to wait for a run to know it";
  const auto early = session->createRequest();
  session->resize({{0, {6, 2}}});
  EXPECT_EQ(session->outputs()[0].shape, (std::vector<std::int64_t>{6, 2}));
  const auto late = session->createRequest();
  EXPECT_EQ(run(*late, std::vector<float>(12, 1)).size(), 12U);
  EXPECT_EQ(run(*early, std::vector<float>(4, 1)).size(), 4U)
      << "requests keep the shapes they were made with";
  EXPECT_ERROR(errorOf([&] { session->resize({{0, {8, 2}}}); }), ErrorCode::SHAPE_MISMATCH,
               "[1, 2] to [4, 2], or [5, 2] to [7, 2]");
  EXPECT_EQ(session->inputs()[0].shape, (std::vector<std::int64_t>{6, 2})) << "and stay as they were";
}

TEST_P(Sessions, TakeTensorsWithoutElements) {
  for (const Transfer transfer : {Transfer::mapped, Transfer::copied}) {
    RunSettings settings;
    settings.transfer = transfer;
    const auto session = open(planOf(onnx::denseModel(-1), {rows(0, 1, 4)}), settings);
    session->resize({{0, {0, 2}}});
    EXPECT_EQ(session->outputs()[0].shape, (std::vector<std::int64_t>{0, 2}));
    EXPECT_FALSE(session->outputs()[0].dynamic);
    const auto request = session->createRequest();
    for (int i = 0; i < 3; ++i) request->run();
    EXPECT_EQ(request->outputs()[0]->bytes(), 0U);
    EXPECT_EQ(request->outputShapes()[0], (std::vector<std::int64_t>{0, 2}));
  }
}

TEST_P(Sessions, EndBeforeTheirRequestsAndBuffers) {
  auto session = open(planOf(onnx::denseModel(1)));
  auto request = session->createRequest();
  session.reset();
  EXPECT_EQ(run(*request, kX), kY);
  const std::shared_ptr<Buffer> seen = request->outputs()[0];
  request.reset();
  EXPECT_EQ(static_cast<const float*>(seen->data())[0], 4.5) << "a view of JavaScript's keeps the memory";
}

TEST_P(Sessions, TellTheLayersTimes) {
  RunSettings settings;
  settings.profileLayers = true;
  const auto session = open(planOf(onnx::denseModel(1)), settings);
  const auto request = session->createRequest();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(*request, kX), kY);
  EXPECT_FALSE(request->layers().empty());
  EXPECT_EQ(request->phases().size(), 4U);
  EXPECT_EQ(gpu().calls("cuGraphLaunch"), 0);
}

TEST_P(Sessions, ComputeWithTheWeightsOfAnotherModelAfterARefit) {
  const auto session = open(planOf(onnx::denseModel(1), {}, true));
  const auto request = session->createRequest();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(*request, kX), kY);
  session->refit(onnx::denseModel(1, 10), "");
  const std::int64_t recorded = gpu().calls("cuStreamEndCapture");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(*request, kX), (std::vector<float>{40.5, 0}));
  EXPECT_EQ(gpu().calls("cuStreamEndCapture"), recorded + 1) << "a graph of the old weights is not launched";
  EXPECT_EQ(run(*session->createRequest(), kX), (std::vector<float>{40.5, 0}));
}

TEST_P(Sessions, StayAsTheyWereWhereAModelIsNoneToRefitFrom) {
  const auto session = open(planOf(onnx::denseModel(1), {}, true));
  const auto request = session->createRequest();
  EXPECT_ERROR(errorOf([&] { session->refit(onnx::nonZeroModel(), ""); }), ErrorCode::MODEL_UNSUPPORTED,
               "no initializer");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(*request, kX), kY);
}

TEST_P(Sessions, ThatARefitLeftHalfDoneDoNotRun) {
  const auto session = open(planOf(onnx::denseModel(1), {}, true));
  const auto request = session->createRequest();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(*request, kX), kY);
  tensorrt().reset();
  tensorrt().fail("IRefitter::refitCudaEngine", 1);
  EXPECT_ERROR(errorOf([&] { session->refit(onnx::denseModel(1, 10), ""); }), ErrorCode::DEVICE_FAILED,
               "open the engine again");
  EXPECT_ERROR(errorOf([&] { request->run(); }), ErrorCode::INFERENCE_FAILED, "partly old and partly new");
  session->refit(onnx::denseModel(1, 10), "");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(*request, kX), (std::vector<float>{40.5, 0}));
}

TEST_P(Sessions, ThatShareWeightsKeepThem) {
  const auto session = open(planOf(onnx::denseModel(1), {}, true), {}, true);
  EXPECT_ERROR(errorOf([&] { session->refit(onnx::denseModel(1, 10), ""); }), ErrorCode::INVALID_ARGUMENT,
               "has to be built so");
  EXPECT_EQ(run(*session->createRequest(), kX), kY);
}

/// A session's life, as the addon leads it.
class Lives : public Sessions {
 protected:
  void live(const std::vector<std::uint8_t>& plan, const std::vector<std::uint8_t>& unknownSize) {
    const auto session = open(plan);
    const auto request = session->createRequest();
    const auto another = session->createRequest();
    for (int i = 0; i < 3; ++i) run(*request, {1, 1, 1, 1});
    run(*another, {1, 1, 1, 1});
    session->resize({{0, {3, 2}}});
    run(*session->createRequest(), {1, 1, 1, 1, 1, 1});
    const auto counting = open(unknownSize);
    counting->createRequest()->run();
  }
};
INSTANTIATE_TEST_SUITE_P(Major, Lives, testing::Values(10, 11));

TEST_P(Lives, LeaveNothingBehindWhicheverCallOfTheDriverFails) {
  const auto plan = planOf(onnx::denseModel(-1), {rows(1, 2, 4)});
  const auto unknownSize = planOf(onnx::nonZeroModel());
  int errors = 0;
  for (std::int64_t nth = 1;; ++nth) {
    gpu().reset();
    gpu().fail("*", nth, 719, 1);
    try {
      live(plan, unknownSize);
    } catch (const Error& error) {
      ++errors;
      EXPECT_NE(error.code(), ErrorCode::INTERNAL) << nth << ": " << words(error);
    }
    const bool refused = gpu().failed() != 0;
    gpu().fail("*", 0, 0, 0);
    ASSERT_EQ(tensorrt().live(), 0) << nth;
    ASSERT_EQ(liveObjects().requests.load() + liveObjects().buffers.load(), 0) << nth;
    if (!refused) break;
    ASSERT_LT(nth, 2000);
  }
  EXPECT_GT(errors, 50);
}

TEST_P(Lives, LeaveNothingBehindWhicheverCallOfTensorRtFails) {
  const auto plan = planOf(onnx::denseModel(-1), {rows(1, 2, 4)});
  const auto unknownSize = planOf(onnx::nonZeroModel());
  int errors = 0;
  for (int nth = 1;; ++nth) {
    tensorrt().reset();
    tensorrt().fail(nullptr, nth);
    try {
      live(plan, unknownSize);
    } catch (const Error& error) {
      ++errors;
      EXPECT_NE(error.code(), ErrorCode::INTERNAL) << nth << ": " << words(error);
    }
    const bool refused = tensorrt().failed() != 0;
    expectNothingLeft("call " + std::to_string(nth));
    if (!refused) break;
    ASSERT_LT(nth, 500);
  }
  EXPECT_GT(errors, 10);
}

}  // namespace
}  // namespace edge::tensorrt
