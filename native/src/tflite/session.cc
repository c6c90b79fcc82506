#include "tflite/session.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "tflite/interpreter.h"
#include "tflite/resize_check.h"
#include "tflite/signature.h"

namespace edge::tflite {
namespace {

/// A request for the model's primary graph.
class GraphRequest final : public edge::Request {
 public:
  explicit GraphRequest(std::shared_ptr<Interpreter> interpreter)
      : Request(interpreter->inputs(), interpreter->outputs()),
        interpreter_(std::move(interpreter)),
        id_(nextId()) {}

 protected:
  void execute() override { interpreter_->run(id_, *this); }
  void stop() noexcept override { interpreter_->cancel(); }

 private:
  // Never 0, and never used twice: a new request at the address of an old one must not be taken for it.
  static std::uint64_t nextId() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
  }

  std::shared_ptr<Interpreter> interpreter_;
  std::uint64_t id_;
};

/// A request for a signature of the primary graph: its buffers, in the signature's order.
class AliasRequest final : public edge::Request {
 public:
  AliasRequest(std::unique_ptr<GraphRequest> graph, std::shared_ptr<const Signature> signature)
      : Request(selected(graph->inputs(), signature->graphInputs()),
                selected(graph->outputs(), signature->graphOutputs()),
                selected(graph->outputShapes(), signature->graphOutputs())),
        graph_(std::move(graph)),
        signature_(std::move(signature)) {}

 protected:
  void execute() override {
    graph_->run();
    for (std::size_t i = 0; i < signature_->graphOutputs().size(); ++i) {
      const std::size_t place = signature_->graphOutputs()[i];
      if (!signature_->desc().outputs[i].dynamic) continue;
      replaceOutput(i, graph_->outputs()[place], graph_->outputShapes()[place]);
    }
  }
  void stop() noexcept override { graph_->interrupt(); }

 private:
  template <typename Value>
  static std::vector<Value> selected(const std::vector<Value>& values,
                                     const std::vector<std::size_t>& places) {
    std::vector<Value> chosen;
    chosen.reserve(places.size());
    for (const std::size_t place : places) chosen.push_back(values[place]);
    return chosen;
  }

  std::unique_ptr<GraphRequest> graph_;
  std::shared_ptr<const Signature> signature_;
};

/// A request for a signature of another graph.
class SignatureRequest final : public edge::Request {
 public:
  explicit SignatureRequest(std::shared_ptr<Signature> signature)
      : Request(signature->desc().inputs, signature->desc().outputs), signature_(std::move(signature)) {}

 protected:
  void execute() override { signature_->run(*this); }
  void stop() noexcept override { signature_->cancel(); }

 private:
  std::shared_ptr<Signature> signature_;
};

class TfliteSession final : public edge::Session {
 public:
  TfliteSession(const Library& library, ModelContent content, InterpreterSettings settings)
      : library_(library),
        model_(std::make_shared<const Model>(library, std::move(content))),
        settings_(std::move(settings)) {
    use(std::make_shared<Interpreter>(library_, model_, settings_));
    library_.used();
  }

  const std::vector<TensorDesc>& inputs() const noexcept override { return interpreter_->inputs(); }
  const std::vector<TensorDesc>& outputs() const noexcept override { return interpreter_->outputs(); }
  // The weights: mapped or copied once, and packed once more by XNNPACK.
  std::size_t bytes() const noexcept override { return 2 * model_->bytes(); }
  const LibraryInfo& library() const noexcept override { return library_.info(); }
  const std::vector<std::string>& delegates() const noexcept override { return interpreter_->delegates(); }
  const std::vector<SignatureDesc>& signatures() const noexcept override { return signatureDescs_; }

  std::unique_ptr<edge::Request> createRequest() override {
    return std::make_unique<GraphRequest>(interpreter_);
  }

  std::unique_ptr<edge::Request> createSignatureRequest(std::size_t index) override {
    const std::shared_ptr<Signature>& signature = signatures_.at(index);
    if (!signature->onPrimaryGraph()) return std::make_unique<SignatureRequest>(signature);
    return std::make_unique<AliasRequest>(std::make_unique<GraphRequest>(interpreter_), signature);
  }

  void resize(const std::vector<InputShape>& shapes) override {
    InterpreterSettings settings = settings_;
    for (const InputShape& shape : shapes) {
      const auto known =
          std::find_if(settings.shapes.begin(), settings.shapes.end(),
                       [&](const InputShape& earlier) { return earlier.input == shape.input; });
      if (known == settings.shapes.end()) {
        settings.shapes.push_back(shape);
      } else {
        *known = shape;
      }
    }
    checkResize(inputs(), shapes);
    // A new interpreter rather than the old one resized: earlier requests stay usable, a shape that fails
    // changes nothing, and no buffer of an earlier size stays bound.
    if (interpreter_->delegates().empty()) {
      use(std::make_shared<Interpreter>(library_, model_, settings));
    } else {
      const std::unique_ptr<Interpreter> builtin = tryOnKernels(library_, model_, settings);
      auto delegated = std::make_shared<Interpreter>(library_, model_, settings);
      if (builtin != nullptr) checkOutputs(*delegated, *builtin);
      use(std::move(delegated));
    }
    settings_ = std::move(settings);
  }

 private:
  void use(std::shared_ptr<Interpreter> interpreter) {
    std::vector<std::shared_ptr<Signature>> signatures = Signature::all(interpreter);
    for (const auto& signature : signatures) {
      if (!signature->onPrimaryGraph()) interpreter->keepBound();
    }
    interpreter_ = std::move(interpreter);
    signatures_ = std::move(signatures);
    signatureDescs_.clear();
    for (const auto& signature : signatures_) signatureDescs_.push_back(signature->desc());
  }

  const Library& library_;
  std::shared_ptr<const Model> model_;
  InterpreterSettings settings_;
  std::shared_ptr<Interpreter> interpreter_;
  std::vector<std::shared_ptr<Signature>> signatures_;
  std::vector<SignatureDesc> signatureDescs_;
};

}  // namespace

std::unique_ptr<edge::Session> openSession(const std::vector<LibraryCandidate>& libraries,
                                           ModelContent content, InterpreterSettings settings) {
  const Library& library = Library::load(libraries);
  return std::make_unique<TfliteSession>(library, std::move(content), std::move(settings));
}

}  // namespace edge::tflite
