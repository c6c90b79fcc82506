#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "cuda/memory.h"
#include "cuda/stream.h"
#include "tensorrt/api.h"

namespace edge::tensorrt {

/// One batch: the bytes of each input, by its name.
struct CalibrationBatch {
  struct Input {
    std::string name;
    std::vector<std::uint8_t> bytes;
  };
  std::vector<Input> inputs;
};

/// Hands batches from the thread that has them to the one that calibrates, which waits for each.
class CalibrationFeed final : public Calibrator {
 public:
  /// Batches that may wait.
  static constexpr std::size_t kWaiting = 2;

  /// @param cache an earlier calibration's result; with it no batch is asked for.
  CalibrationFeed(CalibrationMethod method, std::vector<std::uint8_t> cache)
      : method_(method), earlier_(std::move(cache)) {}

  // From the thread that has the batches.

  /// @returns false, and takes nothing, while as many wait as may.
  bool offer(CalibrationBatch& batch);
  /// There are no more.
  void end();
  /// There is no use in waiting: the build ends. From any thread.
  void abort() noexcept;

  // On the thread that builds.

  CalibrationMethod method() const noexcept override { return method_; }
  void expect(std::vector<CalibrationInput> inputs) override { expected_ = std::move(inputs); }
  bool nextBatch(const std::vector<std::string>& names,
                 std::vector<void*>& deviceAddresses) noexcept override;
  const std::vector<std::uint8_t>* readCache() noexcept override {
    return earlier_.empty() ? nullptr : &earlier_;
  }
  void writeCache(const void* data, std::size_t bytes) noexcept override;

  /// The GPU that calibrates; to be set before.
  void use(cuda::SharedContext context);
  /// Frees the GPU's memory: whoever asks for the result may come late.
  void release() noexcept;
  /// What made `nextBatch` give up, to be thrown once TensorRT has returned.
  const std::optional<Error>& failure() const noexcept { return failure_; }
  std::size_t batchesTaken() const noexcept { return taken_; }
  /// What TensorRT wrote; to be asked when the build has ended.
  const std::vector<std::uint8_t>& result() const noexcept { return result_; }

 private:
  struct Place {
    std::string name;
    std::unique_ptr<cuda::DeviceMemory> memory;
  };

  std::optional<CalibrationBatch> take();
  /// @throws Error TENSOR_NOT_FOUND, SHAPE_MISMATCH.
  const CalibrationBatch::Input& checkedInput(const CalibrationBatch& batch, const std::string& name) const;
  void* upload(const CalibrationBatch::Input& input);

  CalibrationMethod method_;
  std::vector<CalibrationInput> expected_;
  std::vector<std::uint8_t> earlier_;
  std::vector<std::uint8_t> result_;
  cuda::SharedContext context_;
  std::unique_ptr<cuda::Stream> stream_;
  std::vector<Place> places_;
  std::optional<Error> failure_;
  std::size_t taken_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<CalibrationBatch> waiting_;
  bool ended_ = false;
  bool aborted_ = false;
};

}  // namespace edge::tensorrt
