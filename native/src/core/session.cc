#include "core/session.h"

#include "core/error.h"

namespace edge {
namespace {

Request::Buffers allocate(const std::vector<TensorDesc>& tensors) {
  Request::Buffers buffers;
  buffers.reserve(tensors.size());
  for (const TensorDesc& tensor : tensors) buffers.push_back(std::make_shared<Buffer>(tensor.bytes));
  return buffers;
}

}  // namespace

/// Marks a request as being at work. The mark goes before the next request's run can begin.
class Request::AtWork {
 public:
  explicit AtWork(Request& request) : request_(request) { mark(true); }
  ~AtWork() { mark(false); }
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;

 private:
  void mark(bool atWork) {
    const std::scoped_lock lock(request_.mutex_);
    request_.atWork_ = atWork;
  }

  Request& request_;
};

void Request::run() {
  const AtWork mark(*this);
  execute();
}

void Request::interrupt() noexcept {
  const std::scoped_lock lock(mutex_);
  if (atWork_) stop();
}

const std::string& Request::graphRefusal() const noexcept {
  static const std::string none;
  return none;
}

void Request::readInputFromDevice(std::size_t /*input*/, std::optional<std::uintptr_t> /*address*/) {
  throw Error(ErrorCode::INVALID_ARGUMENT,
              {"this backend does not read inputs from memory of a GPU", "a session of the tensorrt backend",
               "one that runs on the processor", "Write the values into the input's tensor."});
}

void Session::refit(const std::shared_ptr<const Buffer>& /*onnx*/, const std::string& /*path*/) {
  throw Error(ErrorCode::INVALID_ARGUMENT,
              {"this backend does not change a model's weights", "a session of the tensorrt backend",
               "one that runs on the processor", "Open the other model in a session of its own."});
}

Request::Request(const std::vector<TensorDesc>& inputs, const std::vector<TensorDesc>& outputs)
    : inputs_(allocate(inputs)), outputs_(allocate(outputs)) {
  outputShapes_.reserve(outputs.size());
  for (const TensorDesc& output : outputs) outputShapes_.push_back(output.shape);
}

}  // namespace edge
