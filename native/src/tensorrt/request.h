#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/session.h"
#include "cuda/graph.h"
#include "cuda/memory.h"
#include "cuda/stream.h"
#include "gpu_image/picture.h"
#include "tensorrt/loaded_engine.h"
#include "tensorrt/output_memory.h"
#include "tensorrt/picture_inputs.h"
#include "tensorrt/settings.h"
#include "tensorrt/shapes.h"

namespace edge::tensorrt {

/// An execution context with a stream of its own, and page-locked buffers that JavaScript sees.
///
/// A run is put on the stream as a whole (pictures, copies to the GPU, the inference, copies back) and waited
/// for once.
class GpuRequest final : public edge::Request, public gpu_image::PictureTarget {
 public:
  /// What is made before the request, since its buffers follow from it.
  struct Parts {
    std::unique_ptr<cuda::Stream> stream;
    std::unique_ptr<Execution> execution;
    // Page-locked; null for outputs whose size only a run tells.
    std::vector<std::shared_ptr<cuda::HostMemory>> hostInputs;
    std::vector<std::shared_ptr<cuda::HostMemory>> hostOutputs;
    Buffers inputs;
    Buffers outputs;
    std::vector<std::vector<std::int64_t>> outputShapes;
  };

  /// @param shapes of the inputs, which some profile of the engine allows.
  /// @throws Error SHAPE_MISMATCH, OUT_OF_MEMORY, DEVICE_FAILED.
  static std::unique_ptr<GpuRequest> create(SharedEngine engine, const RunSettings& settings,
                                            const Shapes& shapes);
  /// Use `create`.
  GpuRequest(SharedEngine engine, const RunSettings& settings, Parts parts);
  ~GpuRequest() override;
  GpuRequest(const GpuRequest&) = delete;
  GpuRequest& operator=(const GpuRequest&) = delete;

  std::vector<PhaseTime> phases() const override { return phases_; }
  std::vector<PhaseTime> layers() const override;
  const std::string& graphRefusal() const noexcept override { return graphRefusal_; }
  void readInputFromDevice(std::size_t input, std::optional<std::uintptr_t> address) override;
  void writePicture(std::size_t input, const gpu_image::Picture& picture) override;
  void forgetPicture(std::size_t input) noexcept override { pictures_.forget(input); }
  void forgetPictures() noexcept override { pictures_.forgetAll(); }

 protected:
  void execute() override;
  /// Nothing stops an inference that is on the GPU; it takes milliseconds.
  void stop() noexcept override {}

 private:
  enum class Mark : std::uint8_t { begun, preprocessed, copiedIn, computed, copiedOut };
  static constexpr std::size_t kMarks = 5;

  void bindInputs();
  /// @param given an address of the GPU's, or nothing for the request's own buffer.
  void bindInput(std::size_t input, std::optional<std::uintptr_t> given);
  void bindOutputs();
  void putRunOnStream();
  void compute();
  void tryGraph();
  void takeOutputs();
  void measurePhases();
  cuda::Event& mark(Mark which) { return marks_[static_cast<std::size_t>(which)]; }

  SharedEngine engine_;
  RunSettings settings_;
  bool copied_;
  std::vector<std::shared_ptr<cuda::HostMemory>> hostInputs_;
  std::vector<std::shared_ptr<cuda::HostMemory>> hostOutputs_;
  std::vector<std::unique_ptr<cuda::DeviceMemory>> deviceInputs_;   ///< Where they are copied.
  std::vector<std::unique_ptr<cuda::DeviceMemory>> deviceOutputs_;  ///< Likewise.
  std::vector<std::unique_ptr<OutputMemory>> sinks_;        ///< Of outputs whose size only a run tells.
  std::vector<std::optional<std::uintptr_t>> givenInputs_;  ///< Addresses that a caller gave.
  PictureInputs pictures_;
  std::unique_ptr<cuda::Stream> stream_;
  std::deque<cuda::Event> marks_;  // events do not move
  std::unique_ptr<Execution> execution_;
  std::unique_ptr<cuda::GraphExecutable> graph_;
  std::uint64_t refits_;  ///< Of the engine, when the graph was recorded.
  bool warm_ =
      false;  ///< Whether an inference was put on the stream in the ordinary way since something changed.
  std::string graphRefusal_;
  std::vector<PhaseTime> phases_;
};

}  // namespace edge::tensorrt
