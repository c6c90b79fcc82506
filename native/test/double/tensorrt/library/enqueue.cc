#include <algorithm>
#include <stdexcept>

#include "context.h"
#include "launch.h"
#include "log.h"
#include "stream.h"

namespace edge::tensorrt_double {

namespace {

constexpr char kCall[] = "IExecutionContext::enqueueV3";
/// As TensorRT asks of allocators.
constexpr std::uint64_t kAlignment = 256;

bool isKnown(const Shape& shape) {
  return std::all_of(shape.begin(), shape.end(), [](std::int64_t length) { return length >= 0; });
}

}  // namespace

/// Finds where each output goes. Those whose shape only a run tells stay out.
/// @returns whether all others have a place.
bool Context::placeOutputs(Launch& launch, const std::map<std::int32_t, Shape>& shapes, cudaStream_t stream) {
  for (const TensorInfo* tensor : engine_.plan.io()) {
    const auto index = static_cast<std::int32_t>(tensor - engine_.plan.tensors.data());
    if (tensor->input) {
      const void* address = onGetTensorAddress(tensor->name.c_str());
      if (address == nullptr)
        return refuse(kCall, "No address is set for input tensor " + tensor->name + ".");
      launch.inputs[index] = address;
      launch.inputShapes[index] = shapes.at(index);
      continue;
    }
    void* address = onGetOutputTensorAddress(tensor->name.c_str());
    IOutputAllocator* allocator = onGetOutputAllocator(tensor->name.c_str());
    if (address == nullptr && allocator == nullptr) {
      return refuse(kCall, "Neither address or allocator is set for output tensor " + tensor->name + ".");
    }
    const Shape& shape = shapes.at(index);
    if (!isKnown(shape)) {
      if (allocator == nullptr)
        return refuse(kCall,
                      "An allocator is needed for output " + tensor->name + ", whose shape depends on data.");
      continue;
    }
    if (allocator != nullptr) {
      const std::size_t bytes = elementCount(shape) * elementBytes(tensor->type);
      address = allocator->reallocateOutputAsync(tensor->name.c_str(), address, bytes, kAlignment, stream);
      if (address == nullptr)
        return refuse(kCall, "The allocator gave no memory for output " + tensor->name + ".");
      allocator->notifyShape(tensor->name.c_str(), dims(shape));
    }
    launch.outputs[index] = address;
  }
  return true;
}

/// Where a shape depends on data, the run has to end before the output has its memory.
bool Context::runAtOnce(Launch& launch, cudaStream_t stream) {
  if (!synchronize(stream)) return refuse(kCall, "the stream failed");
  const std::map<std::int32_t, Value> values = launch.compute();
  for (const TensorInfo* tensor : engine_.plan.io()) {
    const auto index = static_cast<std::int32_t>(tensor - engine_.plan.tensors.data());
    if (tensor->input || launch.outputs.count(index) > 0) continue;
    IOutputAllocator& allocator = *onGetOutputAllocator(tensor->name.c_str());
    const Shape& shape = values.at(index).shape;
    // Even an empty output gets an address.
    const std::size_t bytes = std::max<std::size_t>(elementCount(shape) * elementBytes(tensor->type), 1);
    void* address = allocator.reallocateOutputAsync(tensor->name.c_str(), nullptr, bytes, kAlignment, stream);
    if (address == nullptr)
      return refuse(kCall, "The allocator gave no memory for output " + tensor->name + ".");
    allocator.notifyShape(tensor->name.c_str(), dims(shape));
    launch.outputs[index] = address;
  }
  launch.write(values);
  return true;
}

bool Context::onEnqueueV3(cudaStream_t stream) {
  // Those that are over, of which no graph knows.
  launches_.remove_if(
      [](const std::unique_ptr<Launch>& launch) { return launch->done && !launch->captured; });
  const std::string open = missing();
  if (!open.empty()) return refuse(kCall, "input " + open + " has no shape yet");
  const auto shapes = inferred();
  if (!shapes) return false;
  const bool capturing = isCapturing(stream);
  if (capturing && profiler_ != nullptr)
    return refuse(kCall, "layers cannot be profiled while the stream is captured");
  if (capturing && !prepared_) {
    return refuse(kCall, "the stream is captured before a first run with these shapes prepared the context");
  }

  auto launch = std::make_unique<Launch>();
  launch->engine = &engine_;
  launch->captured = capturing;
  if (!placeOutputs(*launch, *shapes, stream)) return false;
  const bool waits =
      std::any_of(shapes->begin(), shapes->end(), [](const auto& entry) { return !isKnown(entry.second); });
  if (waits) {
    if (capturing) return refuse(kCall, "a shape depends on data, which cannot be captured");
    if (!runAtOnce(*launch, stream)) return false;
  } else {
    Launch& own = *launches_.emplace_back(std::move(launch));
    if (!edge::tensorrt_double::launch(stream, &Launch::run, &own)) {
      launches_.pop_back();
      return refuse(kCall, "the driver did not take the run");
    }
  }
  prepared_ = true;
  unreported_ = true;
  if (profiler_ != nullptr && enqueueEmitsProfile_) {
    if (!synchronize(stream)) return refuse(kCall, "the stream failed");
    onReportToProfiler();
  }
  return true;
}

bool Context::onReportToProfiler() const {
  if (profiler_ == nullptr || !unreported_) return false;
  float ms = 0;
  for (const Node& node : engine_.plan.nodes) {
    if (node.op == Op::constant) continue;
    ms += 0.25F;
    profiler_->reportLayerTime(node.name.c_str(), ms);
  }
  unreported_ = false;
  return true;
}

}  // namespace edge::tensorrt_double
