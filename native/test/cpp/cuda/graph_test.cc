#include "cuda/graph.h"

#include <cstring>
#include <thread>

#include "cuda/memory.h"
#include "cuda_double.h"

namespace edge::cuda {
namespace {

class CudaGraph : public CudaTest {};

TEST_F(CudaGraph, RunsWhatWasRecordedAsOftenAsItIsLaunched) {
  const SharedContext shared = context();
  HostMemory from(shared, 4);
  HostMemory to(shared, 4);
  const DeviceMemory device(shared, 4);
  Stream stream(shared);
  const ContextScope scope(*shared);
  GraphCapture capture(stream);
  stream.copyToDevice(device.address(), from.data(), 4);
  stream.copyToHost(to.data(), device.address(), 4);
  const std::unique_ptr<GraphExecutable> graph = capture.finish();
  EXPECT_EQ(control().live("graphs"), 0);
  EXPECT_EQ(control().live("graph-executables"), 1);
  stream.synchronize();
  EXPECT_EQ(std::memcmp(to.data(), "\0\0\0", 4), 0) << "recording runs nothing";
  for (const char* text : {"one", "two"}) {
    std::memcpy(from.data(), text, 4);
    graph->launch(stream);
    stream.synchronize();
    EXPECT_STREQ(static_cast<const char*>(to.data()), text);
  }
  EXPECT_NE(control().log().find(", 1)\n", control().log().find("cuStreamBeginCapture_v2(")),
            std::string::npos);
}

TEST_F(CudaGraph, LeavesTheStreamUsableWhenItIsNotFinished) {
  const SharedContext shared = context();
  HostMemory memory(shared, 4);
  Stream stream(shared);
  const ContextScope scope(*shared);
  {
    const GraphCapture capture(stream);
    stream.fill(memory.address(), 1, 4);
  }
  EXPECT_EQ(control().live("graphs"), 0);
  stream.fill(memory.address(), 2, 4);
  stream.synchronize();
  EXPECT_EQ(*static_cast<const char*>(memory.data()), 2);
}

TEST_F(CudaGraph, IsLostWhereSomethingIsDoneThatCannotBeRecorded) {
  const SharedContext shared = context();
  Stream stream(shared);
  const DeviceMemory device(shared, 4);
  Event event(shared, Timing::on, Waiting::fast);
  const ContextScope scope(*shared);
  char ordinary[4] = {};
  event.record(stream);
  const auto spoils = [&](const auto& deed) {
    GraphCapture capture(stream);
    EXPECT_EQ(thrown(deed).text().found.substr(0, 36), "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTE");
    const Error error = thrown([&] { stream.fill(device.address(), 1, 4); });
    EXPECT_NE(error.text().found.find("CUDA_ERROR_STREAM_CAPTURE_INVALIDATED (901)"), std::string::npos);
    EXPECT_EQ(thrown([&] { capture.finish(); }).text().found, error.text().found);
    stream.fill(device.address(), 1, 4);
    stream.synchronize();
  };
  spoils([&] { const DeviceMemory memory(shared, 4); });
  spoils([&] { const HostMemory memory(shared, 4); });
  spoils([&] { stream.synchronize(); });
  spoils([&] { event.synchronize(); });
  spoils([&] { stream.copyToDevice(device.address(), ordinary, 4); });
  spoils([&] { stream.copyToHost(ordinary, device.address(), 4); });
}

TEST_F(CudaGraph, IsNotSpoiltByWhatOtherThreadsDo) {
  const SharedContext shared = context();
  Stream stream(shared);
  const ContextScope scope(*shared);
  GraphCapture capture(stream);
  std::thread([&] { const HostMemory memory(shared, 4); }).join();
  EXPECT_NE(capture.finish(), nullptr);
}

TEST_F(CudaGraph, HasNoTimesForEventsThatWereRecordedInIt) {
  const SharedContext shared = context();
  Stream stream(shared);
  Event event(shared, Timing::on, Waiting::fast);
  const ContextScope scope(*shared);
  GraphCapture capture(stream);
  event.record(stream);
  capture.finish()->launch(stream);
  stream.synchronize();
  EXPECT_EQ(thrown([&] { event.synchronize(); }).text().found.substr(0, 25), "CUDA_ERROR_CAPTURED_EVENT");
  event.record(stream);
  EXPECT_NO_THROW(event.synchronize());
}

TEST_F(CudaGraph, FailsWithEachOfItsCallsAndLeavesNothing) {
  const SharedContext shared = context();
  Stream stream(shared);
  for (const char* call :
       {"cuStreamBeginCapture_v2", "cuStreamEndCapture", "cuGraphInstantiateWithFlags", "cuGraphLaunch"}) {
    const ContextScope scope(*shared);
    control().fail(call, 1, abi::kUnknown, 1);
    const Error error = thrown([&] {
      GraphCapture capture(stream);
      capture.finish()->launch(stream);
    });
    EXPECT_EQ(error.code(), ErrorCode::DEVICE_FAILED) << call;
    EXPECT_EQ(control().live("graphs"), 0) << call;
    EXPECT_EQ(control().live("graph-executables"), 0) << call;
    EXPECT_NO_THROW(stream.synchronize()) << call;
  }
}

TEST_F(CudaGraph, IsNotBegunTwiceOnOneStream) {
  const SharedContext shared = context();
  Stream stream(shared);
  const ContextScope scope(*shared);
  GraphCapture capture(stream);
  EXPECT_EQ(thrown([&] { const GraphCapture again(stream); }).code(), ErrorCode::DEVICE_FAILED);
  EXPECT_NE(capture.finish(), nullptr);
}

}  // namespace
}  // namespace edge::cuda
