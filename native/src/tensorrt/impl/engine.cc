#include "tensorrt/impl/engine.h"

#include <utility>

#include "core/error.h"
#include "tensorrt/impl/engine_parts.h"
#include "tensorrt/impl/execution.h"
#include "tensorrt/impl/log.h"
#include "tensorrt/impl/plan.h"
#include "tensorrt/impl/refit.h"
#include "tensorrt/impl/since.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

std::size_t positive(std::int64_t bytes) noexcept {
  return bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

std::size_t executionBytes(const nvinfer1::ICudaEngine& engine, const Version& version) noexcept {
#if EDGE_TENSORRT_MAJOR == 10
  if (!version.atLeastMinor(since::kDeviceMemorySizeV2)) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return engine.getDeviceMemorySize();
#pragma GCC diagnostic pop
  }
#else
  static_cast<void>(version);
#endif
  return positive(engine.getDeviceMemorySizeV2());
}

std::size_t weightBytes(const nvinfer1::ICudaEngine& engine, const Version& version,
                        std::size_t planBytes) noexcept {
  // A plan is mostly weights.
  if (!version.atLeastMinor(since::kEngineStat)) return planBytes;
  return positive(engine.getEngineStat(nvinfer1::EngineStat::kTOTAL_WEIGHTS_SIZE));
}

class LoadedEngine final : public Engine {
 public:
  LoadedEngine(const EntryPoints& entryPoints, std::shared_ptr<EngineParts> parts, std::size_t planBytes)
      : entryPoints_(entryPoints),
        parts_(std::move(parts)),
        deviceBytes_(weightBytes(*parts_->engine, parts_->version, planBytes) +
                     executionBytes(*parts_->engine, parts_->version)) {}

  const std::vector<TensorDesc>& inputs() const noexcept override { return parts_->inputs; }
  const std::vector<TensorDesc>& outputs() const noexcept override { return parts_->outputs; }
  const std::vector<Profile>& profiles() const noexcept override { return parts_->profiles; }
  std::size_t deviceBytes() const noexcept override { return deviceBytes_; }

  std::string layersJson() const override {
    if (parts_->engine->getProfilingVerbosity() == nvinfer1::ProfilingVerbosity::kNONE) return {};
    const auto inspector = owned<nvinfer1::IEngineInspector>(parts_->engine->createEngineInspector());
    if (inspector == nullptr) return {};
    const char* json = inspector->getEngineInformation(nvinfer1::LayerInformationFormat::kJSON);
    return json != nullptr ? json : "";
  }

  std::unique_ptr<Execution> createExecution() override { return makeExecution(parts_); }

  void refit(const OnnxContent& model) override {
    tensorrt::EDGE_TENSORRT_NAMESPACE::refit(entryPoints_, *parts_, model);
  }

 private:
  const EntryPoints& entryPoints_;
  std::shared_ptr<EngineParts> parts_;
  std::size_t deviceBytes_;
};

Owned<nvinfer1::IRuntime> makeRuntime(const EntryPoints& entryPoints, Log& log) {
  auto runtime = owned<nvinfer1::IRuntime>(reinterpret_cast<CreateForLogger>(entryPoints.createInferRuntime)(
      &log, versionNumber(entryPoints.version)));
  if (runtime == nullptr)
    throw deviceFailure("TensorRT " + text(entryPoints.version) + " could not make a runtime", log);
  return runtime;
}

}  // namespace

void start(const EntryPoints& entryPoints) {
  const LentLog log = lendLog();
  makeRuntime(entryPoints, *log);
}

std::unique_ptr<Engine> deserialize(const EntryPoints& entryPoints, const void* plan, std::size_t bytes,
                                    const LoadSettings& settings) {
  if (plan == nullptr || bytes == 0) {
    throw Error(ErrorCode::MODEL_INVALID, {"the engine is empty", "a serialized TensorRT engine", "no bytes",
                                           "Build it from its ONNX file."});
  }
  auto parts = std::make_shared<EngineParts>();
  parts->version = entryPoints.version;
  parts->log = lendLog();
  parts->runtime = makeRuntime(entryPoints, *parts->log);
  // Such a plan brings a runtime of its own along: native code, which is run only if that was asked for.
  if (settings.versionCompatible) parts->runtime->setEngineHostCodeAllowed(true);
  // The core that it was built for is not in the plan.
  if (settings.dlaCore) parts->runtime->setDLACore(*settings.dlaCore);
  parts->engine = owned<nvinfer1::ICudaEngine>(parts->runtime->deserializeCudaEngine(plan, bytes));
  if (parts->engine == nullptr)
    throw refusal(plan, bytes, settings.versionCompatible, entryPoints.version, *parts->log);
  describe(*parts);
  return std::make_unique<LoadedEngine>(entryPoints, std::move(parts), bytes);
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
