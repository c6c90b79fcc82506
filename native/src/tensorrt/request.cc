#include "tensorrt/request.h"

#include <utility>

#include "core/error.h"
#include "cuda/device.h"
#include "tensorrt/output_memory.h"

namespace edge::tensorrt {
namespace {

bool copies(const RunSettings& settings, const cuda::PrimaryContext& context) {
  if (settings.transfer != Transfer::automatic) return settings.transfer == Transfer::copied;
  return !cuda::describeDevice(context.driver(), context.ordinal()).integrated;
}

/// What TensorRT demands of addresses (NvInferRuntime.h, setTensorAddress).
void checkAligned(std::uintptr_t address) {
  constexpr std::uintptr_t kAlignment = 256;
  const std::uintptr_t beyond = address % kAlignment;
  if (beyond == 0) return;
  throw Error(ErrorCode::INVALID_ARGUMENT,
              {"the address is not aligned as TensorRT demands it",
               "a multiple of " + std::to_string(kAlignment), std::to_string(beyond) + " bytes more",
               "Pass the beginning of an allocation, and give each frame one of its own."});
}

}  // namespace

std::unique_ptr<GpuRequest> GpuRequest::create(SharedEngine engine, const RunSettings& settings,
                                               const Shapes& shapes) {
  const cuda::SharedContext& context = engine->context();
  const cuda::ContextScope scope(*context);
  auto stream = std::make_unique<cuda::Stream>(context);
  std::unique_ptr<Execution> execution = (*engine)->createExecution();
  const int profile = profileFor(**engine, shapes);
  // The first profile is taken from the beginning.
  if (profile != 0) execution->setProfile(profile, stream->handle());

  Parts parts;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    execution->setInputShape(i, shapes[i]);
    const std::size_t bytes = tensorBytes((*engine)->inputs()[i].dtype, shapes[i]);
    parts.hostInputs.push_back(std::make_shared<cuda::HostMemory>(context, bytes));
    parts.inputs.push_back(makeBuffer(parts.hostInputs.back()));
  }
  for (std::size_t i = 0; i < (*engine)->outputs().size(); ++i) {
    std::vector<std::int64_t> shape = execution->outputShape(i);
    if (isOpen(shape)) {
      parts.hostOutputs.push_back(nullptr);
      parts.outputs.push_back(std::make_shared<Buffer>(0));
    } else {
      const std::size_t bytes = tensorBytes((*engine)->outputs()[i].dtype, shape);
      parts.hostOutputs.push_back(std::make_shared<cuda::HostMemory>(context, bytes));
      parts.outputs.push_back(makeBuffer(parts.hostOutputs.back()));
    }
    parts.outputShapes.push_back(std::move(shape));
  }
  stream->synchronize();
  parts.stream = std::move(stream);
  parts.execution = std::move(execution);
  return std::make_unique<GpuRequest>(std::move(engine), settings, std::move(parts));
}

GpuRequest::GpuRequest(SharedEngine engine, const RunSettings& settings, Parts parts)
    : Request(std::move(parts.inputs), std::move(parts.outputs), std::move(parts.outputShapes)),
      engine_(std::move(engine)),
      settings_(settings),
      copied_(copies(settings, *engine_->context())),
      hostInputs_(std::move(parts.hostInputs)),
      hostOutputs_(std::move(parts.hostOutputs)),
      givenInputs_(hostInputs_.size()),
      pictures_(engine_->context(), hostInputs_.size()),
      stream_(std::move(parts.stream)),
      execution_(std::move(parts.execution)),
      refits_(engine_->refits()) {
  const cuda::ContextScope scope(*engine_->context());
  const cuda::Waiting waiting = settings_.waitAsleep ? cuda::Waiting::asleep : cuda::Waiting::fast;
  for (std::size_t i = 0; i < kMarks; ++i) marks_.emplace_back(engine_->context(), cuda::Timing::on, waiting);
  bindInputs();
  bindOutputs();
  if (settings_.profileLayers) {
    execution_->profileLayers(true);
    graphRefusal_ = "the layers' times are measured";
  } else if (!settings_.graph) {
    graphRefusal_ = "it was not asked for";
  }
}

GpuRequest::~GpuRequest() {
  const std::unique_lock<std::mutex> lock = engine_->whileNotRefitted();
  const cuda::ContextScope scope(*engine_->context(), std::nothrow);
  graph_.reset();
  execution_.reset();
}

void GpuRequest::bindInputs() {
  deviceInputs_.resize(hostInputs_.size());
  for (std::size_t i = 0; i < hostInputs_.size(); ++i) bindInput(i, std::nullopt);
}

void GpuRequest::bindInput(std::size_t input, std::optional<std::uintptr_t> given) {
  if (given) {
    execution_->setInputAddress(input, cuda::abi::toPointer(*given));
  } else if (copied_) {
    if (deviceInputs_[input] == nullptr) {
      deviceInputs_[input] =
          std::make_unique<cuda::DeviceMemory>(engine_->context(), hostInputs_[input]->bytes());
    }
    execution_->setInputAddress(input, deviceInputs_[input]->pointer());
  } else {
    execution_->setInputAddress(input, hostInputs_[input]->devicePointer());
  }
}

void GpuRequest::bindOutputs() {
  for (std::size_t i = 0; i < hostOutputs_.size(); ++i) {
    deviceOutputs_.push_back(nullptr);
    sinks_.push_back(nullptr);
    if (hostOutputs_[i] == nullptr) {
      sinks_.back() = std::make_unique<OutputMemory>(engine_->context());
      execution_->setOutputSink(i, *sinks_.back());
      graphRefusal_ = "the size of an output is known only after a run";
    } else if (copied_) {
      deviceOutputs_.back() =
          std::make_unique<cuda::DeviceMemory>(engine_->context(), hostOutputs_[i]->bytes());
      execution_->setOutputAddress(i, deviceOutputs_.back()->pointer());
    } else {
      execution_->setOutputAddress(i, hostOutputs_[i]->devicePointer());
    }
  }
}

void GpuRequest::readInputFromDevice(std::size_t input, std::optional<std::uintptr_t> address) {
  const cuda::PrimaryContext& context = *engine_->context();
  const cuda::ContextScope scope(context);
  if (address) {
    cuda::checkReadable(context, *address, hostInputs_.at(input)->bytes(), "input");
    checkAligned(*address);
  }
  if (givenInputs_.at(input) == address) {
    // As with any address, what was said last holds; the graph stays good.
    pictures_.forget(input);
    return;
  }
  bindInput(input, address);
  // From here on nothing fails: what was refused changes nothing, and what was said last holds.
  givenInputs_[input] = address;
  pictures_.forget(input);
  // A graph holds the addresses that it was recorded with.
  graph_.reset();
  warm_ = false;
}

void GpuRequest::writePicture(std::size_t input, const gpu_image::Picture& picture) {
  if (givenInputs_.at(input)) {
    throw Error(ErrorCode::INVALID_ARGUMENT,
                {"a picture was given for an input that is read from an address of the GPU's", "", "",
                 "Give up the address first, or write the picture's values there."});
  }
  const TensorDesc& tensor = (*engine_)->inputs()[input];
  if (tensor.dtype != picture.conversion.dtype) {
    throw Error(ErrorCode::INVALID_ARGUMENT, {"the picture's values are not of the input's dtype",
                                              name(tensor.dtype), name(picture.conversion.dtype), ""});
  }
  const std::size_t bytes = gpu_image::tensorBytes(picture);
  if (bytes != hostInputs_[input]->bytes()) {
    throw Error(ErrorCode::SHAPE_MISMATCH,
                {"the picture does not fill the input",
                 std::to_string(hostInputs_[input]->bytes()) + " bytes", std::to_string(bytes), ""});
  }
  pictures_.take(input, picture);
}

void GpuRequest::execute() {
  // Whatever becomes of the run, its pictures are not for another.
  const PictureInputs::OneRun oneRun(pictures_);
  const cuda::ContextScope scope(*engine_->context());
  for (const auto& sink : sinks_) {
    if (sink != nullptr) sink->reset();
  }
  try {
    putRunOnStream();
    mark(Mark::copiedOut).synchronize();
  } catch (...) {
    // What got onto the stream reads and writes buffers that may be freed next.
    try {
      stream_->synchronize();
    } catch (...) {  // NOLINT(bugprone-empty-catch): the first error is the one to tell
    }
    throw;
  }
  takeOutputs();
  measurePhases();
}

void GpuRequest::putRunOnStream() {
  mark(Mark::begun).record(*stream_);
  for (std::size_t i = 0; i < hostInputs_.size(); ++i) {
    if (!pictures_.has(i)) continue;
    pictures_.putOnStream(i, *stream_, copied_ ? deviceInputs_[i]->address() : hostInputs_[i]->address());
  }
  mark(Mark::preprocessed).record(*stream_);
  for (std::size_t i = 0; i < deviceInputs_.size(); ++i) {
    if (!copied_ || givenInputs_[i] || pictures_.has(i)) continue;
    stream_->copyToDevice(deviceInputs_[i]->address(), hostInputs_[i]->data(), hostInputs_[i]->bytes());
  }
  mark(Mark::copiedIn).record(*stream_);
  compute();
  mark(Mark::computed).record(*stream_);
  for (std::size_t i = 0; i < deviceOutputs_.size(); ++i) {
    if (deviceOutputs_[i] == nullptr) continue;
    stream_->copyToHost(hostOutputs_[i]->data(), deviceOutputs_[i]->address(), hostOutputs_[i]->bytes());
  }
  // The input's buffer is to hold what the model saw.
  for (std::size_t i = 0; i < hostInputs_.size(); ++i) {
    if (!copied_ || !pictures_.has(i)) continue;
    stream_->copyToHost(hostInputs_[i]->data(), deviceInputs_[i]->address(), hostInputs_[i]->bytes());
  }
  mark(Mark::copiedOut).record(*stream_);
}

void GpuRequest::compute() {
  if (refits_ != engine_->refits()) {
    // TensorRT does not promise that new weights lie where a recorded inference reads them.
    graph_.reset();
    warm_ = false;
    refits_ = engine_->refits();
  }
  // The first inference after any change sets up what must not be recorded.
  if (warm_ && graph_ == nullptr && graphRefusal_.empty()) tryGraph();
  if (graph_ != nullptr) {
    graph_->launch(*stream_);
    return;
  }
  execution_->enqueue(stream_->handle());
  warm_ = true;
}

void GpuRequest::tryGraph() {
  try {
    cuda::GraphCapture capture(*stream_);
    execution_->enqueue(stream_->handle());
    graph_ = capture.finish();
  } catch (const Error& error) {
    // Not every layer can be recorded; the engine runs all the same.
    graphRefusal_ = error.text().summary + (error.text().found.empty() ? "" : ": " + error.text().found);
    graph_.reset();
  }
}

void GpuRequest::takeOutputs() {
  for (std::size_t i = 0; i < sinks_.size(); ++i) {
    if (sinks_[i] == nullptr) continue;
    const std::size_t bytes = tensorBytes((*engine_)->outputs()[i].dtype, sinks_[i]->shape());
    // Page-locking takes longer than the copy of an output of unknown size saves.
    auto buffer = std::make_shared<Buffer>(bytes);
    if (bytes != 0) stream_->copyToHost(buffer->data(), sinks_[i]->address(), bytes);
    stream_->synchronize();
    replaceOutput(i, std::move(buffer), sinks_[i]->shape());
  }
}

void GpuRequest::measurePhases() {
  const cuda::PrimaryContext& context = *engine_->context();
  // Between two marks with nothing in between, too, some time passes.
  const double preprocessMs =
      pictures_.hasAny() ? cuda::elapsedMs(context, mark(Mark::begun), mark(Mark::preprocessed)) : 0;
  phases_ = {
      {"preprocess", preprocessMs},
      {"copyIn", cuda::elapsedMs(context, mark(Mark::preprocessed), mark(Mark::copiedIn))},
      {"compute", cuda::elapsedMs(context, mark(Mark::copiedIn), mark(Mark::computed))},
      {"copyOut", cuda::elapsedMs(context, mark(Mark::computed), mark(Mark::copiedOut))},
  };
}

std::vector<PhaseTime> GpuRequest::layers() const {
  std::vector<PhaseTime> times;
  for (const LayerTime& layer : execution_->layerTimes()) times.push_back({layer.layer, layer.ms});
  return times;
}

}  // namespace edge::tensorrt
