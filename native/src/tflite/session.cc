#include "tflite/session.h"

#include <atomic>
#include <utility>

namespace edge::tflite {
namespace {

class TfliteRequest final : public edge::Request {
 public:
  explicit TfliteRequest(std::shared_ptr<Interpreter> interpreter)
      : Request(allocateBuffers(interpreter->inputs()), allocateBuffers(interpreter->outputs())),
        interpreter_(std::move(interpreter)),
        id_(nextId()) {}

  void run() override { interpreter_->run(id_, inputs(), outputs()); }

 private:
  // Never 0, and never used twice: a new request at the address of an old one must not be taken for it.
  static std::uint64_t nextId() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
  }

  std::shared_ptr<Interpreter> interpreter_;
  std::uint64_t id_;
};

class TfliteSession final : public edge::Session {
 public:
  explicit TfliteSession(std::shared_ptr<Interpreter> interpreter) : interpreter_(std::move(interpreter)) {}

  const std::vector<TensorDesc>& inputs() const noexcept override { return interpreter_->inputs(); }
  const std::vector<TensorDesc>& outputs() const noexcept override { return interpreter_->outputs(); }
  const LibraryInfo& library() const noexcept override { return interpreter_->library().info(); }
  const std::vector<std::string>& delegates() const noexcept override { return interpreter_->delegates(); }
  std::unique_ptr<edge::Request> createRequest() override {
    return std::make_unique<TfliteRequest>(interpreter_);
  }

 private:
  std::shared_ptr<Interpreter> interpreter_;
};

}  // namespace

std::unique_ptr<edge::Session> openSession(const std::vector<LibraryCandidate>& libraries,
                                           ModelContent content, const InterpreterSettings& settings) {
  const Library& library = Library::load(libraries);
  return std::make_unique<TfliteSession>(
      std::make_shared<Interpreter>(library, std::move(content), settings));
}

}  // namespace edge::tflite
