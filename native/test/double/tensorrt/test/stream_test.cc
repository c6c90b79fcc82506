// Whether runs are ordered by the driver's streams, with the double of the driver: in a program of its own,
// for once a driver is there, TensorRT uses it.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "../../cuda/control.h"
#include "../control_api.h"
#include "build_plan.h"
#include "cuda/abi.h"
#include "onnx_model.h"

namespace {

namespace abi = edge::cuda::abi;
namespace onnx = edge::onnx;
using edge::tensorrt_double::Logger;
using namespace nvinfer1;

/// A function of the driver's.
template <typename... Arguments>
abi::Result driver(const char* name, Arguments... arguments) {
  static void* library = dlopen(CUDA_DOUBLE, RTLD_NOW | RTLD_LOCAL);
  auto* function = reinterpret_cast<abi::Result (*)(Arguments...)>(dlsym(library, name));
  if (function == nullptr) throw std::runtime_error(name);
  return function(arguments...);
}

class StreamTest : public testing::Test {
 protected:
  void SetUp() override {
    edge_double_reset();
    ASSERT_EQ(driver("cuInit", 0U), abi::kSuccess);
    abi::Context primary = nullptr;
    ASSERT_EQ(driver("cuDevicePrimaryCtxRetain", &primary, abi::Device{0}), abi::kSuccess);
    ASSERT_EQ(driver("cuCtxPushCurrent_v2", primary), abi::kSuccess);
    ASSERT_EQ(driver("cuStreamCreate", &stream, abi::kStreamNonBlocking), abi::kSuccess);
    ASSERT_EQ(driver("cuMemAlloc_v2", &memory, std::size_t{4096}), abi::kSuccess);
    ASSERT_NO_FATAL_FAILURE(open());
  }

  void TearDown() override {
    EXPECT_EQ(driver("cuStreamSynchronize", stream), abi::kSuccess);
    context.reset();
    engine.reset();
    runtime.reset();
    EXPECT_EQ(edge_double_live(nullptr), 0);
    driver("cuMemFree_v2", memory);
    driver("cuStreamDestroy_v2", stream);
    abi::Context popped = nullptr;
    driver("cuCtxPopCurrent_v2", &popped);
    driver("cuDevicePrimaryCtxRelease_v2", abi::Device{0});
  }

  /// An engine that doubles one number.
  void open() {
    const auto model = onnx::model({{onnx::node("Add", "twice", {"x", "x"}, "y")},
                                    {onnx::tensor("x", onnx::Type::float32, {1})},
                                    {onnx::tensor("y", onnx::Type::float32, {1})},
                                    {}});
    std::string parserErrors;
    const auto asItIs = [](IBuilder&, IBuilderConfig&) { return true; };
    const auto plan = edge::tensorrt_double::buildPlan(*model, logger, asItIs, parserErrors);
    ASSERT_NE(plan, nullptr) << logger.text << parserErrors;
    runtime.reset(createInferRuntime(logger));
    engine.reset(runtime->deserializeCudaEngine(plan->data(), plan->size()));
    ASSERT_NE(engine, nullptr) << logger.text;
    context.reset(engine->createExecutionContext());
    number() = 1;
    ASSERT_TRUE(context->setTensorAddress("x", &number()));
    ASSERT_TRUE(context->setTensorAddress("y", &number()));
  }

  /// In device memory, which is plain memory in the double.
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the driver gives addresses as numbers
  float& number() const { return *reinterpret_cast<float*>(memory); }
  bool enqueue() { return context->enqueueV3(reinterpret_cast<cudaStream_t>(stream)); }

  Logger logger;
  abi::Stream stream = nullptr;
  abi::DevicePointer memory = 0;
  std::unique_ptr<IRuntime> runtime;
  std::unique_ptr<ICudaEngine> engine;
  std::unique_ptr<IExecutionContext> context;
};

TEST_F(StreamTest, RunsWaitForTheStream) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(enqueue()) << logger.text;
  EXPECT_EQ(driver("cuStreamSynchronize", stream), abi::kSuccess);
  EXPECT_EQ(number(), 1024);
}

TEST_F(StreamTest, GraphsRepeatRuns) {
  const auto begin = [this] {
    return driver("cuStreamBeginCapture_v2", stream, abi::CaptureMode::threadLocal);
  };
  abi::Graph graph = nullptr;
  ASSERT_EQ(begin(), abi::kSuccess);
  EXPECT_FALSE(enqueue());
  EXPECT_NE(logger.text.find("before a first run"), std::string::npos) << logger.text;
  driver("cuStreamEndCapture", stream, &graph);
  if (graph != nullptr) driver("cuGraphDestroy", graph);

  ASSERT_TRUE(enqueue());
  EXPECT_EQ(driver("cuStreamSynchronize", stream), abi::kSuccess);
  ASSERT_EQ(begin(), abi::kSuccess);
  ASSERT_TRUE(enqueue()) << logger.text;
  ASSERT_EQ(driver("cuStreamEndCapture", stream, &graph), abi::kSuccess);
  EXPECT_EQ(number(), 2);
  abi::GraphExec executable = nullptr;
  ASSERT_EQ(driver("cuGraphInstantiateWithFlags", &executable, graph, 0ULL), abi::kSuccess);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(driver("cuGraphLaunch", executable, stream), abi::kSuccess);
  EXPECT_EQ(driver("cuStreamSynchronize", stream), abi::kSuccess);
  EXPECT_EQ(number(), 32);
  driver("cuGraphExecDestroy", executable);
  driver("cuGraphDestroy", graph);
}

}  // namespace
