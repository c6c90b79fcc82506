#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/session.h"
#include "core/tensor_desc.h"

/// What the product needs of TensorRT, without any of its headers: `impl/` is compiled once for each major
/// version, behind these classes. No exception of ours crosses TensorRT's frames; every function here may
/// throw edge::Error.
namespace edge::tensorrt {

/// `10.3.0.30`.
struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  int build = 0;

  /// Whether functions that appeared in 10.`minor` (11.`minor`) may be called.
  bool atLeastMinor(int wanted) const noexcept { return minor >= wanted; }
};

std::string text(const Version& version);

/// Which number formats the builder may take. On TensorRT 10 a permission for each layer; on 11, which is
/// strongly typed, what the network itself says, so that anything but fp32 comes from the model (casts,
/// Q/DQ).
enum class Precision : std::uint8_t { fp32, fp16, bf16, int8, best };

/// What else than the GPU the engine was built on may run it.
enum class HardwareCompatibility : std::uint8_t { none, amperePlus, sameComputeCapability };

/// The shapes of one input that an optimization profile allows, and the one it is fastest for.
struct ProfileShape {
  std::string input;
  std::vector<std::int64_t> min;
  std::vector<std::int64_t> opt;
  std::vector<std::int64_t> max;
};

/// One set of shapes for all inputs.
using Profile = std::vector<ProfileShape>;

/// A layer that runs elsewhere than on the GPU.
struct DlaSettings {
  int core = 0;
  /// Whether layers that the DLA cannot run go to the GPU.
  bool gpuFallback = true;
};

/// How an engine is deserialized.
struct LoadSettings {
  /// Whether code that the engine brings along may run: only for engines that are trusted.
  bool versionCompatible = false;
  /// Which DLA runs an engine that was built for one; TensorRT takes the first by itself.
  std::optional<int> dlaCore = std::nullopt;
};

struct BuildSettings {
  Precision precision = Precision::fp32;
  /// TensorRT's own default: 19-bit multiplication in convolutions of fp32, on Ampere and newer.
  bool tf32 = true;
  /// Of device memory that one layer may use while it runs; TensorRT's default is all there is.
  std::optional<std::size_t> workspaceBytes;
  /// 0 (quick to build) to 5 (tries most); TensorRT's default is 3.
  std::optional<int> optimizationLevel;
  /// For inputs with open dimensions; none makes one profile of `opt`-less models fail with what is missing.
  std::vector<Profile> profiles;
  std::optional<DlaSettings> dla;
  bool versionCompatible = false;
  HardwareCompatibility hardwareCompatibility = HardwareCompatibility::none;
  /// Whether weights can be changed later.
  bool refittable = false;
  /// Whether per-layer names and types are kept for the inspector.
  bool detailedProfiling = false;
  /// What an earlier build measured; empty for none. One that TensorRT refuses is replaced, and said so in
  /// the warnings.
  std::vector<std::uint8_t> timingCache;
};

/// Follows a build, and may end it. Called on the thread that builds, or on threads of TensorRT's own:
/// implementations are thread-safe and do not throw.
class BuildObserver {
 public:
  virtual ~BuildObserver() = default;
  /// A phase begins. `parent` is empty for outermost ones.
  virtual void phaseStarted(const std::string& phase, const std::string& parent, int steps) noexcept = 0;
  /// A step of it is done.
  /// @returns whether to go on.
  virtual bool stepDone(const std::string& phase, int step) noexcept = 0;
  virtual void phaseEnded(const std::string& phase) noexcept = 0;
};

/// How TensorRT 10 chooses int8 ranges from batches.
enum class CalibrationMethod : std::uint8_t { entropy, minMax };

/// An input that calibration feeds.
struct CalibrationInput {
  std::string name;
  std::size_t bytes =
      0;  ///< Of one batch: of its own shape; where that is open, of the first profile's best one.
};

/// Batches for int8 calibration, and the cache file's contents. Called on the thread that builds; not at all
/// for a model with QuantizeLinear and DequantizeLinear nodes, whose ranges are its own: a warning says so.
class Calibrator {
 public:
  virtual ~Calibrator() = default;
  virtual CalibrationMethod method() const noexcept = 0;
  /// Says what every batch has to hold: TensorRT reads so much, whatever is there.
  virtual void expect(std::vector<CalibrationInput> inputs) = 0;
  /// Gives the device addresses of one batch's inputs, in the order of `names`; they stay valid until the
  /// next call.
  /// @returns whether there was a batch.
  virtual bool nextBatch(const std::vector<std::string>& names,
                         std::vector<void*>& deviceAddresses) noexcept = 0;
  /// An earlier calibration's result, or nothing.
  virtual const std::vector<std::uint8_t>* readCache() noexcept = 0;
  virtual void writeCache(const void* data, std::size_t bytes) noexcept = 0;
};

/// An ONNX model: its bytes, and where its external weights lie.
struct OnnxContent {
  std::shared_ptr<const Buffer> bytes;
  /// The file's path, for weights in files beside it; empty where there is none.
  std::string path;
};

struct BuiltEngine {
  std::vector<std::uint8_t> plan;
  std::vector<std::uint8_t> timingCache;
  /// What TensorRT warned of, without repetitions.
  std::vector<std::string> warnings;
};

/// Milliseconds of one layer in one run.
struct LayerTime {
  std::string layer;
  float ms = 0;
};

/// Where an output goes whose size only a run tells.
class OutputSink {
 public:
  virtual ~OutputSink() = default;
  /// @returns device memory of at least so many bytes, or null.
  virtual void* reserve(std::size_t bytes) noexcept = 0;
  virtual void shapeKnown(const std::vector<std::int64_t>& shape) noexcept = 0;
};

/// One execution context: for one thread at a time.
class Execution {
 public:
  virtual ~Execution() = default;
  Execution() = default;
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  /// Takes an optimization profile; the change is ordered on the stream.
  virtual void setProfile(int profile, void* stream) = 0;
  virtual void setInputShape(std::size_t input, const std::vector<std::int64_t>& shape) = 0;
  /// The shape of an output for the inputs' shapes; -1 where only a run tells.
  virtual std::vector<std::int64_t> outputShape(std::size_t output) const = 0;
  /// Where an input is read from: device memory, or page-locked memory's device address.
  virtual void setInputAddress(std::size_t input, const void* address) = 0;
  virtual void setOutputAddress(std::size_t output, void* address) = 0;
  virtual void setOutputSink(std::size_t output, OutputSink& sink) = 0;
  /// Puts an inference on a stream (a CUstream).
  /// @throws Error INFERENCE_FAILED with what TensorRT said.
  virtual void enqueue(void* stream) = 0;
  /// Measures each layer of the runs that follow; not together with graph capture.
  virtual void profileLayers(bool on) = 0;
  virtual std::vector<LayerTime> layerTimes() const = 0;
};

/// A deserialized engine: weights on the device, shared by its executions. Thread-safe but for `refit`.
class Engine {
 public:
  virtual ~Engine() = default;
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  virtual const std::vector<TensorDesc>& inputs() const noexcept = 0;
  virtual const std::vector<TensorDesc>& outputs() const noexcept = 0;
  /// Allowed shapes of each profile.
  virtual const std::vector<Profile>& profiles() const noexcept = 0;
  /// Device memory of the weights, and of one execution besides its inputs and outputs.
  virtual std::size_t deviceBytes() const noexcept = 0;
  /// What the inspector says, as JSON; empty where the engine was built without it.
  virtual std::string layersJson() const = 0;
  virtual std::unique_ptr<Execution> createExecution() = 0;
  /// Replaces the weights by those of another ONNX file of the same network, while no execution is at work.
  /// @throws Error INVALID_ARGUMENT of an engine that was not built for it; LIBRARY_NOT_FOUND without a
  /// parser; MODEL_INVALID, MODEL_UNSUPPORTED, ENGINE_INCOMPATIBLE of the model, which change nothing;
  /// DEVICE_FAILED, after which executions refuse to run until another refit succeeds.
  virtual void refit(const OnnxContent& model) = 0;
};

/// One node that the parser could not take.
struct ParserProblem {
  std::string node;
  std::string op;
  std::string reason;
};

/// TensorRT's libraries of one major version, loaded. Thread-safe.
class Api {
 public:
  virtual ~Api() = default;
  Api() = default;
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  virtual Version version() const noexcept = 0;
  /// Tries whether TensorRT works on this machine's GPU, which takes some tenths of a second: it makes what
  /// engines run in.
  /// @throws Error DEVICE_UNAVAILABLE, DEVICE_FAILED, OUT_OF_MEMORY with what TensorRT says.
  virtual void start() = 0;
  /// @throws Error MODEL_INVALID, MODEL_UNSUPPORTED with every parser error; LIBRARY_NOT_FOUND without a
  /// parser; SHAPE_MISMATCH, TENSOR_NOT_FOUND of profiles; INVALID_ARGUMENT, LIBRARY_INCOMPATIBLE of
  /// settings; ENGINE_BUILD_FAILED, OUT_OF_MEMORY, DEVICE_FAILED; ABORTED where the observer ended it.
  virtual BuiltEngine build(const OnnxContent& model, const BuildSettings& settings, BuildObserver* observer,
                            Calibrator* calibrator) = 0;
  /// @throws Error ENGINE_INCOMPATIBLE with what it was made for, as far as it tells, and what is here;
  /// MODEL_INVALID where it is damaged or no engine; MODEL_UNSUPPORTED of its tensors; OUT_OF_MEMORY,
  /// DEVICE_FAILED.
  virtual std::unique_ptr<Engine> deserialize(const void* plan, std::size_t bytes,
                                              const LoadSettings& settings) = 0;
};

/// Entry points of TensorRT's libraries, by dlsym: null where a library is absent.
struct EntryPoints {
  Version version;
  void* createInferBuilder = nullptr;
  void* createInferRuntime = nullptr;
  void* createInferRefitter = nullptr;
  void* createParser = nullptr;
  void* createParserRefitter = nullptr;
  /// Where the parser was looked for and why it could not be loaded; empty where it was.
  std::string parserMissing;
};

}  // namespace edge::tensorrt

// One for each major that the addon was compiled for; `impl/` defines them.
namespace edge::tensorrt::v10 {
std::unique_ptr<edge::tensorrt::Api> makeApi(const EntryPoints& entryPoints);
}
namespace edge::tensorrt::v11 {
std::unique_ptr<edge::tensorrt::Api> makeApi(const EntryPoints& entryPoints);
}
