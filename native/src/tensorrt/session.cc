#include "tensorrt/session.h"

#include <utility>

#include "core/error.h"
#include "gpu_image/kernels.h"
#include "tensorrt/request.h"
#include "tensorrt/shapes.h"

namespace edge::tensorrt {
namespace {

class TensorRtSession final : public edge::Session {
 public:
  TensorRtSession(SharedEngine engine, const RunSettings& settings, LibraryInfo library)
      : engine_(std::move(engine)), settings_(settings), library_(std::move(library)) {
    if (settings_.pictures) {
      const cuda::ContextScope scope(*engine_->context());
      kernels_ = gpu_image::Kernels::of(engine_->context());
    }
    use(preferredShapes(**engine_));
  }

  const std::vector<TensorDesc>& inputs() const noexcept override { return inputs_; }
  const std::vector<TensorDesc>& outputs() const noexcept override { return outputs_; }
  std::size_t bytes() const noexcept override { return (*engine_)->deviceBytes(); }
  const LibraryInfo& library() const noexcept override { return library_; }
  const std::vector<std::string>& delegates() const noexcept override { return none_; }
  const std::vector<SignatureDesc>& signatures() const noexcept override { return noSignatures_; }

  std::unique_ptr<edge::Request> createRequest() override {
    if (spare_ != nullptr) return std::move(spare_);
    return GpuRequest::create(engine_, settings_, shapes_);
  }

  std::unique_ptr<edge::Request> createSignatureRequest(std::size_t /*signature*/) override {
    throw Error(ErrorCode::TENSOR_NOT_FOUND, {"an engine has no signatures", "", "", ""});
  }

  void resize(const std::vector<InputShape>& changes) override {
    Shapes shapes = shapes_;
    for (const InputShape& change : changes) shapes.at(change.input) = change.shape;
    use(std::move(shapes));
  }

  void refit(const std::shared_ptr<const Buffer>& onnx, const std::string& path) override {
    engine_->refit({onnx, path});
  }

 private:
  // The request tells the outputs' shapes. It is kept for the first who asks for one: an execution context
  // takes memory and time.
  void use(Shapes shapes) {
    std::unique_ptr<GpuRequest> request = GpuRequest::create(engine_, settings_, shapes);
    std::vector<TensorDesc> inputs = (*engine_)->inputs();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      settle(inputs[i], shapes[i]);
      // The engine leaves it open; the request does not.
      inputs[i].dynamic = false;
    }
    std::vector<TensorDesc> outputs = (*engine_)->outputs();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      settle(outputs[i], request->outputShapes()[i]);
      outputs[i].dynamic = isOpen(outputs[i].shape);
      if (outputs[i].dynamic) outputs[i].bytes = 0;
    }
    spare_ = std::move(request);
    shapes_ = std::move(shapes);
    inputs_ = std::move(inputs);
    outputs_ = std::move(outputs);
  }

  static void settle(TensorDesc& tensor, const std::vector<std::int64_t>& shape) {
    tensor.shapeSignature = tensor.shape;
    tensor.shape = shape;
    tensor.bytes = tensorBytes(tensor.dtype, shape);
  }

  SharedEngine engine_;
  RunSettings settings_;
  LibraryInfo library_;
  Shapes shapes_;
  std::vector<TensorDesc> inputs_;
  std::vector<TensorDesc> outputs_;
  // Requests share them; they are not compiled again for the next one.
  std::shared_ptr<const gpu_image::Kernels> kernels_;
  std::unique_ptr<GpuRequest> spare_;
  const std::vector<std::string> none_;
  const std::vector<SignatureDesc> noSignatures_;
};

}  // namespace

std::unique_ptr<edge::Session> openSession(SharedEngine engine, const RunSettings& settings,
                                           LibraryInfo library) {
  return std::make_unique<TensorRtSession>(std::move(engine), settings, std::move(library));
}

}  // namespace edge::tensorrt
