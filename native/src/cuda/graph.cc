#include "cuda/graph.h"

#include <utility>

#include "core/error.h"

namespace edge::cuda {
namespace {

/// What a capture gave, until it was made executable.
class Recording {
 public:
  /// Ends a stream's capture.
  explicit Recording(const Stream& stream)
      : driver_(stream.context()->driver()), ended_(driver_.StreamEndCapture(stream.handle(), &graph_)) {}
  ~Recording() {
    if (graph_ != nullptr) static_cast<void>(driver_.GraphDestroy(graph_));
  }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  /// @throws Error DEVICE_FAILED.
  abi::Graph graph() const {
    driver_.check(ended_, "cuStreamEndCapture");
    if (graph_ == nullptr) {
      throw Error(ErrorCode::DEVICE_FAILED,
                  {"CUDA's driver recorded no graph", "a graph", "none, and no error",
                   "Switch CUDA graphs off for this session."});
    }
    return graph_;
  }

 private:
  const Driver& driver_;
  abi::Graph graph_ = nullptr;
  abi::Result ended_;
};

}  // namespace

GraphExecutable::GraphExecutable(SharedContext context, abi::Graph graph) : context_(std::move(context)) {
  const ContextScope scope(*context_);
  const Driver& driver = context_->driver();
  driver.check(driver.GraphInstantiate(&handle_, graph, 0), "cuGraphInstantiate");
}

GraphExecutable::~GraphExecutable() {
  const ContextScope scope(*context_, std::nothrow);
  if (scope) static_cast<void>(context_->driver().GraphExecDestroy(handle_));
}

void GraphExecutable::launch(const Stream& stream) const {
  const Driver& driver = context_->driver();
  driver.check(driver.GraphLaunch(handle_, stream.handle()), "cuGraphLaunch");
}

GraphCapture::GraphCapture(const Stream& stream) : stream_(stream) {
  const Driver& driver = stream.context()->driver();
  driver.check(driver.StreamBeginCapture(stream.handle(), abi::CaptureMode::threadLocal),
               "cuStreamBeginCapture");
}

GraphCapture::~GraphCapture() {
  if (recording_) const Recording dropped(stream_);
}

std::unique_ptr<GraphExecutable> GraphCapture::finish() {
  recording_ = false;
  const Recording recording(stream_);
  return std::make_unique<GraphExecutable>(stream_.context(), recording.graph());
}

}  // namespace edge::cuda
