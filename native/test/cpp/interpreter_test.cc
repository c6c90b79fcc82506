#include "tflite/interpreter.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/error.h"
#include "tflite/session.h"

namespace edge::tflite {
namespace {

const std::vector<LibraryCandidate> kDouble = {{TFLITE_DOUBLE, "the test"}};

ModelContent inMemory(const std::string& fields) {
  const std::string file = std::string("\x10\0\0\0TFL3", 8) + fields;
  auto buffer = std::make_shared<Buffer>(file.size());
  std::memcpy(buffer->data(), file.data(), file.size());
  return std::shared_ptr<const Buffer>(std::move(buffer));
}

std::unique_ptr<edge::Session> open(const std::string& fields) {
  return openSession(kDouble, inMemory(fields), {});
}

Error failure(const std::string& fields) {
  try {
    open(fields);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error for " << fields;
  return {ErrorCode::INTERNAL, {}};
}

int doubleLiveObjects() {
  void* handle = dlopen(TFLITE_DOUBLE, RTLD_NOW | RTLD_LOCAL);
  return reinterpret_cast<int (*)()>(dlsym(handle, "TfliteDoubleLiveObjects"))();
}

/// Every test leaves nothing alive, of ours or of the library's, also where it fails.
class Interpreter : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(doubleLiveObjects(), 0);
    EXPECT_EQ(liveObjects().sessions.load(), 0);
    EXPECT_EQ(liveObjects().requests.load(), 0);
    EXPECT_EQ(liveObjects().buffers.load(), 0);
  }
};

TEST_F(Interpreter, DescribesItsTensors) {
  const auto session = open("in=image:uint8:1x2x3 in=mask:bool:4 out=scores:float32:1x5 quantization=0.5,7");
  ASSERT_EQ(session->inputs().size(), 2u);
  ASSERT_EQ(session->outputs().size(), 1u);
  const TensorDesc& image = session->inputs()[0];
  EXPECT_EQ(image.name, "image");
  EXPECT_EQ(image.dtype, DType::uint8);
  EXPECT_EQ(image.shape, (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(image.bytes, 6u);
  ASSERT_TRUE(image.quantization.has_value());
  EXPECT_EQ(image.quantization->scale, 0.5);
  EXPECT_EQ(image.quantization->zeroPoint, 7);
  EXPECT_FALSE(image.copied);
  EXPECT_EQ(session->inputs()[1].dtype, DType::boolean);
  EXPECT_EQ(session->outputs()[0].bytes, 20u);
  EXPECT_EQ(session->delegates(), std::vector<std::string>{"xnnpack"});
}

TEST_F(Interpreter, RunsInTheRequestsOwnMemory) {
  const auto session = open("in=a:float32:3 out=b:float32:3");
  const auto first = session->createRequest();
  const auto second = session->createRequest();
  const auto fill = [](edge::Request& request, float value) {
    auto* input = static_cast<float*>(request.inputs()[0]->data());
    for (int i = 0; i < 3; ++i) input[i] = value + static_cast<float>(i);
  };
  const auto expectTwice = [](edge::Request& request, float value) {
    const auto* output = static_cast<const float*>(request.outputs()[0]->data());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(output[i], 2 * (value + static_cast<float>(i)));
  };
  fill(*first, 1);
  fill(*second, 10);
  // Back and forth: each run binds the buffers of its request.
  for (int round = 0; round < 3; ++round) {
    first->run();
    second->run();
  }
  expectTwice(*first, 1);
  expectTwice(*second, 10);
}

TEST_F(Interpreter, RunsAfterAnotherRequestIsGone) {
  const auto session = open("in=a:float32:1 out=b:float32:1");
  session->createRequest()->run();
  const auto request = session->createRequest();
  *static_cast<float*>(request->inputs()[0]->data()) = 4;
  request->run();
  EXPECT_EQ(*static_cast<float*>(request->outputs()[0]->data()), 8);
}

TEST_F(Interpreter, CopiesATensorThatCannotLieInTheRequest) {
  const auto constant = open("in=a:uint8:2 out=b:uint8:2:constant");
  EXPECT_TRUE(constant->outputs()[0].copied);
  constant->createRequest()->run();

  const auto alias = open("in=a:uint8:2 out=a:uint8:2 alias=1");
  EXPECT_FALSE(alias->inputs()[0].copied);
  EXPECT_TRUE(alias->outputs()[0].copied);
  const auto request = alias->createRequest();
  std::memcpy(request->inputs()[0]->data(), "hi", 2);
  request->run();
  EXPECT_EQ(std::memcmp(request->outputs()[0]->data(), "hi", 2), 0);
}

TEST_F(Interpreter, OutlivesItsSessionWhileARequestLives) {
  auto session = open("in=a:float32:1 out=b:float32:1");
  const auto request = session->createRequest();
  session.reset();
  request->run();
}

TEST_F(Interpreter, ReportsEachFailureWithTheLibrarysReason) {
  const std::string tensors = "in=a:float32:1 out=b:float32:1 ";
  EXPECT_EQ(failure(tensors + "fail=model").code(), ErrorCode::MODEL_INVALID);
  EXPECT_EQ(failure(tensors + "fail=model").text().found, "the double fails at model");
  EXPECT_EQ(failure(tensors + "fail=interpreter").code(), ErrorCode::MODEL_UNSUPPORTED);
  EXPECT_EQ(failure(tensors + "fail=interpreter").text().found, "the double fails at interpreter");
  EXPECT_EQ(failure(tensors + "fail=allocate").code(), ErrorCode::MODEL_INVALID);
  EXPECT_EQ(failure("in=a:string:1 out=b:float32:1").code(), ErrorCode::MODEL_UNSUPPORTED);
  EXPECT_EQ(failure("in=a:string:1 out=b:float32:1").text().found, "strings");
  EXPECT_EQ(failure("in=a:float32:1").code(), ErrorCode::MODEL_UNSUPPORTED);
}

TEST_F(Interpreter, ReportsAFailedRunAndCanRunAgain) {
  for (const char* step : {"invoke", "bind"}) {
    const auto session = open(std::string("in=a:float32:1 out=b:float32:1 fail=") + step);
    const auto request = session->createRequest();
    for (int attempt = 0; attempt < 2; ++attempt) {
      try {
        request->run();
        ADD_FAILURE() << "no error at " << step;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::INFERENCE_FAILED);
        EXPECT_EQ(error.text().found, std::string("the double fails at ") + step);
      }
    }
  }
}

TEST_F(Interpreter, RefusesAFileThatIsNotThere) {
  try {
    openSession(kDouble, std::string("/nonexistent/model.tflite"), {});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::MODEL_INVALID);
  }
}

TEST_F(Interpreter, DescribesScalesPerChannelAndDimensionsThatMayChange) {
  const auto session = open("in=a:int8:?x2 out=b:int8:?x2 channels=0.5,0.25");
  const TensorDesc& input = session->inputs()[0];
  EXPECT_EQ(input.shape, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(input.shapeSignature, (std::vector<std::int64_t>{-1, 2}));
  EXPECT_FALSE(input.quantization.has_value());
  ASSERT_TRUE(input.channelQuantization.has_value());
  EXPECT_EQ(input.channelQuantization->scales, (std::vector<double>{0.5, 0.25}));
  EXPECT_EQ(input.channelQuantization->zeroPoints, (std::vector<std::int32_t>{0, 0}));
  EXPECT_EQ(input.channelQuantization->axis, 1);
}

TEST_F(Interpreter, TakesNewShapesAndLeavesEarlierRequestsAlone) {
  const auto session = open("in=a:float32:?x2 out=b:float32:?x2");
  const auto earlier = session->createRequest();
  session->resize({{0, {3, 2}}});
  EXPECT_EQ(session->inputs()[0].shape, (std::vector<std::int64_t>{3, 2}));
  EXPECT_EQ(session->outputs()[0].bytes, 24u);
  const auto later = session->createRequest();
  EXPECT_EQ(later->inputs()[0]->bytes(), 24u);
  static_cast<float*>(earlier->inputs()[0]->data())[1] = 4;
  static_cast<float*>(later->inputs()[0]->data())[5] = 7;
  earlier->run();
  later->run();
  EXPECT_EQ(static_cast<float*>(earlier->outputs()[0]->data())[1], 8);
  EXPECT_EQ(static_cast<float*>(later->outputs()[0]->data())[5], 14);
}

TEST_F(Interpreter, StaysAsItWasWhenAShapeIsRefused) {
  const auto session = open("in=a:float32:?x2 out=b:float32:?x2");
  const auto codeOf = [&](const std::vector<InputShape>& shapes) {
    try {
      session->resize(shapes);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::INTERNAL;
  };
  EXPECT_EQ(codeOf({{0, {1, 2, 3}}}), ErrorCode::SHAPE_MISMATCH);
  EXPECT_EQ(codeOf({{0, {0, 2}}}), ErrorCode::SHAPE_MISMATCH);
  EXPECT_EQ(codeOf({{0, {std::int64_t{1099511627776}, 2}}}), ErrorCode::SHAPE_MISMATCH);
  EXPECT_EQ(codeOf({{1, {1, 2}}}), ErrorCode::TENSOR_NOT_FOUND);
  EXPECT_EQ(session->inputs()[0].shape, (std::vector<std::int64_t>{1, 2}));
  session->createRequest()->run();
}

TEST_F(Interpreter, GivesAnOutputOfUnknownSizeAfterEachRun) {
  // "late": the operator behind one of dynamic size, which bound to a buffer would be written past its end.
  for (const std::string kind : {"dynamic", "late"}) {
    const auto session = open("in=count:float32:1 out=values:float32:1:" + kind);
    const TensorDesc& output = session->outputs()[0];
    EXPECT_TRUE(output.dynamic);
    EXPECT_EQ(output.shape, std::vector<std::int64_t>{-1});
    EXPECT_EQ(output.bytes, 0u);
    const auto request = session->createRequest();
    EXPECT_EQ(request->outputs()[0]->bytes(), 0u);
    for (const int count : {3, 0, 100}) {
      *static_cast<float*>(request->inputs()[0]->data()) = static_cast<float>(count);
      request->run();
      EXPECT_EQ(request->outputShapes()[0], std::vector<std::int64_t>{count});
      ASSERT_EQ(request->outputs()[0]->bytes(), static_cast<std::size_t>(count) * sizeof(float));
      if (count == 0) continue;
      EXPECT_EQ(*static_cast<const float*>(request->outputs()[0]->data()), 2.0F * static_cast<float>(count));
    }
  }
}

TEST_F(Interpreter, CallsASignatureOfThePrimaryGraphInPlace) {
  const auto session = open(
      "in=a:float32:1 in=b:float32:1 out=c:float32:1 out=d:float32:1 "
      "signature=swapped:graph:second=1,first=0:result=1");
  ASSERT_EQ(session->signatures().size(), 1u);
  const SignatureDesc& signature = session->signatures()[0];
  EXPECT_EQ(signature.key, "swapped");
  EXPECT_EQ(signature.inputs[0].name, "second");
  EXPECT_EQ(signature.outputs[0].name, "result");
  EXPECT_FALSE(signature.inputs[0].copied);
  const auto plain = session->createRequest();
  const auto request = session->createSignatureRequest(0);
  ASSERT_EQ(request->inputs().size(), 2u);
  ASSERT_EQ(request->outputs().size(), 1u);
  *static_cast<float*>(request->inputs()[0]->data()) = 5;
  plain->run();
  request->run();
  plain->run();
  // "second" is the graph's input 1, which doubles into output 1.
  EXPECT_EQ(*static_cast<const float*>(request->outputs()[0]->data()), 10);
  EXPECT_EQ(*static_cast<const float*>(plain->outputs()[1]->data()), 0);
}

TEST_F(Interpreter, CallsASignatureOfAnotherGraphByCopying) {
  const auto session = open("in=a:float32:1 out=b:float32:1 signature=other:own:x=0:y=0");
  ASSERT_EQ(session->signatures().size(), 1u);
  EXPECT_TRUE(session->signatures()[0].inputs[0].copied);
  const auto plain = session->createRequest();
  const auto request = session->createSignatureRequest(0);
  *static_cast<float*>(plain->inputs()[0]->data()) = 1;
  *static_cast<float*>(request->inputs()[0]->data()) = 21;
  plain->run();
  request->run();
  EXPECT_EQ(*static_cast<const float*>(request->outputs()[0]->data()), 42);
  EXPECT_EQ(*static_cast<const float*>(plain->outputs()[0]->data()), 2);
}

TEST_F(Interpreter, StopsARunThatIsInterrupted) {
  const auto session = open("in=a:float32:1 out=b:float32:1 delay=10000");
  const auto request = session->createRequest();
  std::thread interrupter([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    request->interrupt();
  });
  try {
    request->run();
    ADD_FAILURE() << "not stopped";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ABORTED);
  }
  interrupter.join();
}

TEST_F(Interpreter, LetsTheRunOfAnotherRequestGoOn) {
  const auto session = open("in=a:float32:1 out=b:float32:1 delay=100");
  const auto ended = session->createRequest();
  const auto running = session->createRequest();
  ended->run();
  std::thread interrupter([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ended->interrupt();
  });
  EXPECT_NO_THROW(running->run());
  interrupter.join();
}

TEST_F(Interpreter, AppliesExternalDelegatesBeforeXnnpack) {
  InterpreterSettings settings;
  settings.externalDelegates = {{TFLITE_DOUBLE, {{"key", "value"}}}};
  const auto session = openSession(kDouble, inMemory("in=a:float32:1 out=b:float32:1"), settings);
  EXPECT_EQ(session->delegates(), (std::vector<std::string>{"libtflite_double.so", "xnnpack"}));
}

TEST_F(Interpreter, TellsWhyAnExternalDelegateCannotBeUsed) {
  const auto codeOf = [](const std::string& path, std::vector<std::pair<std::string, std::string>> options) {
    InterpreterSettings settings;
    settings.externalDelegates = {{path, std::move(options)}};
    try {
      openSession(kDouble, inMemory("in=a:float32:1 out=b:float32:1"), settings);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::INTERNAL;
  };
  EXPECT_EQ(codeOf("/nonexistent/delegate.so", {}), ErrorCode::LIBRARY_NOT_FOUND);
  EXPECT_EQ(codeOf("libm.so.6", {}), ErrorCode::LIBRARY_INCOMPATIBLE);
  EXPECT_EQ(codeOf(TFLITE_DOUBLE, {{"fail", "1"}}), ErrorCode::LIBRARY_INCOMPATIBLE);
  EXPECT_EQ(codeOf(TFLITE_DOUBLE, std::vector<std::pair<std::string, std::string>>(257, {"k", "v"})),
            ErrorCode::INVALID_ARGUMENT);
}

/// The real library with the real model: its threads, its delegate and its custom allocations, under the
/// sanitizers too.
class RealInterpreter : public testing::TestWithParam<bool> {};

TEST_P(RealInterpreter, RunsEfficientNetLite0) {
#if defined(__x86_64__)
  const std::string library = std::string(PLATFORM_PACKAGES) + "/tflite-linux-x64/lib/libtensorflowlite_c.so";
#else
  const std::string library =
      std::string(PLATFORM_PACKAGES) + "/tflite-linux-arm64/lib/libtensorflowlite_c.so";
#endif
  const std::string model = std::string(MODEL_CACHE) + "/efficientnet-lite0/efficientnet_lite0_int8.tflite";
  ASSERT_TRUE(std::ifstream(model).good()) << "run set-up first: pnpm run setup";
  InterpreterSettings settings;
  settings.threads = 2;
  if (!GetParam()) settings.xnnpack.reset();
  const auto session = openSession({{library, "set-up"}}, model, settings);
  ASSERT_EQ(session->inputs().size(), 1u);
  EXPECT_EQ(session->inputs()[0].shape, (std::vector<std::int64_t>{1, 224, 224, 3}));
  EXPECT_FALSE(session->inputs()[0].copied);
  EXPECT_FALSE(session->outputs()[0].copied);
  const auto first = session->createRequest();
  const auto second = session->createRequest();
  std::memset(first->inputs()[0]->data(), 200, first->inputs()[0]->bytes());
  std::memset(second->inputs()[0]->data(), 10, second->inputs()[0]->bytes());
  const auto outputOf = [](edge::Request& request) {
    request.run();
    const auto* values = static_cast<const unsigned char*>(request.outputs()[0]->data());
    return std::vector<unsigned char>(values, values + request.outputs()[0]->bytes());
  };
  const auto firstOutput = outputOf(*first);
  const auto secondOutput = outputOf(*second);
  EXPECT_NE(firstOutput, secondOutput);
  EXPECT_EQ(outputOf(*first), firstOutput);
  EXPECT_EQ(outputOf(*second), secondOutput);
}

INSTANTIATE_TEST_SUITE_P(Delegates, RealInterpreter, testing::Bool(),
                         [](const auto& instance) { return instance.param ? "Xnnpack" : "BuiltInKernels"; });

}  // namespace
}  // namespace edge::tflite
