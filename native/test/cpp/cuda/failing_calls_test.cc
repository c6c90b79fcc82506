#include <cstring>
#include <set>

#include "cuda/device.h"
#include "cuda/graph.h"
#include "cuda/memory.h"
#include "cuda/module.h"
#include "cuda_double.h"

namespace edge::cuda {
namespace {

class CudaFailingCalls : public CudaTest {
 protected:
  /// A session's life: everything that is used, once.
  static void live() {
    describeDevice(driver(), 0);
    const SharedContext shared = context();
    static_cast<void>(memoryInfo(*shared));
    const DeviceMemory device(shared, 64);
    auto host = std::make_shared<HostMemory>(shared, 64);
    HostMemory& page = *host;
    const std::shared_ptr<Buffer> buffer = makeBuffer(std::move(host));
    Stream stream(shared);
    Stream other(shared);
    Event start(shared, Timing::on, Waiting::fast);
    Event end(shared, Timing::on, Waiting::asleep);
    const Module module(shared, "test", ".version 8.5\n.visible .entry scale(\n) { ret; }");
    const Function scale = module.function("scale");
    const ContextScope scope(*shared);
    static_cast<void>(describePointer(*shared, device.address()));
    start.record(stream);
    stream.copyToDevice(device.address(), page.data(), 64);
    stream.copyOnDevice(device.address(), device.address(), 64);
    scale.launch(stream, {1}, {1}, nullptr);
    stream.fill(device.address(), 3, 64);
    stream.copyToHost(page.data(), device.address(), 64);
    end.record(stream);
    other.wait(end);
    other.synchronize();
    end.record(stream);
    end.synchronize();
    static_cast<void>(end.done());
    static_cast<void>(stream.idle());
    static_cast<void>(elapsedMs(*shared, start, end));
    GraphCapture capture(stream);
    stream.fill(device.address(), 3, 64);
    const std::unique_ptr<GraphExecutable> graph = capture.finish();
    graph->launch(stream);
    stream.synchronize();
  }

  /// The call that was told to fail.
  static std::string failedCall() {
    const std::string log = control().log();
    const auto marked = log.find(" told to fail");
    if (marked == std::string::npos) return {};
    const auto line = log.rfind('\n', marked);
    const auto begin = line == std::string::npos ? 0 : line + 1;
    return log.substr(begin, log.find('(', begin) - begin);
  }
};

// What destructors call: nobody can be told.
const std::set<std::string>& quietCalls() {
  static const std::set<std::string> names{
      "cuMemFree_v2",      "cuMemFreeHost",  "cuStreamDestroy_v2", "cuEventDestroy_v2",
      "cuGraphDestroy",    "cuModuleUnload", "cuGraphExecDestroy", "cuDevicePrimaryCtxRelease_v2",
      "cuCtxPopCurrent_v2"};
  return names;
}

TEST_F(CudaFailingCalls, EachIsReportedOnceAndLeavesNothingBehind) {
  live();
  std::set<std::string> failed;
  for (const auto& [code, expected] : {std::pair{abi::kUnknown, ErrorCode::DEVICE_FAILED},
                                       std::pair{abi::kOutOfMemory, ErrorCode::OUT_OF_MEMORY}}) {
    for (std::int64_t nth = 1;; ++nth) {
      ASSERT_LT(nth, 1000);
      control().reset();
      control().fail("*", nth, code, 1);
      bool threw = false;
      try {
        live();
      } catch (const Error& error) {
        threw = true;
        EXPECT_EQ(error.code(), expected) << failedCall() << ": " << error.what();
      }
      EXPECT_EQ(control().live(nullptr), 0) << failedCall();
      EXPECT_EQ(control().depth(), 0) << failedCall();
      if (control().failed() == 0) break;
      const std::string call = failedCall();
      failed.insert(call);
      if (call == "cuCtxPushCurrent_v2") {
        // Of a destructor: what it would have freed is the context's to free.
        EXPECT_LE(control().orphans(), threw ? 0 : 1) << nth;
      } else {
        EXPECT_EQ(control().orphans(), 0) << call;
        EXPECT_EQ(threw, quietCalls().count(call) == 0) << call;
      }
    }
  }
  control().reset();
  // Every function that is used, but for those that are not told to fail: they name results.
  EXPECT_GE(failed.size(), 40u);
}

TEST_F(CudaFailingCalls, AfterWhichAllOthersFailTooEndWithOneError) {
  live();
  for (std::int64_t nth = 1;; ++nth) {
    ASSERT_LT(nth, 1000);
    control().reset();
    control().fail("*", nth, abi::kIllegalAddress, -1);
    bool threw = false;
    try {
      live();
    } catch (const Error& error) {
      threw = true;
      EXPECT_EQ(error.code(), ErrorCode::DEVICE_FAILED);
    }
    EXPECT_EQ(control().live(nullptr), 0) << nth;
    EXPECT_EQ(control().depth(), 0) << nth;
    if (control().failed() == 0) break;
    EXPECT_EQ(threw || quietCalls().count(failedCall()) == 1 || failedCall() == "cuCtxPushCurrent_v2", true)
        << failedCall();
  }
  control().reset();
}

}  // namespace
}  // namespace edge::cuda
