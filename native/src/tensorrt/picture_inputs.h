#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "gpu_image/preprocessor.h"

namespace edge::tensorrt {

/// The pictures that a request's next run begins with.
class PictureInputs {
 public:
  PictureInputs(cuda::SharedContext context, std::size_t inputs);

  /// @throws Error INVALID_ARGUMENT, SHAPE_MISMATCH, OUT_OF_MEMORY, DEVICE_FAILED.
  void take(std::size_t input, const gpu_image::Picture& picture);
  bool has(std::size_t input) const { return inputs_[input].waits; }
  bool hasAny() const noexcept;
  void forget(std::size_t input) noexcept { inputs_[input].waits = false; }
  void forgetAll() noexcept;
  /// Puts an input's preprocessing on a stream. In a ContextScope.
  /// @param target the input's own memory, as the GPU sees it.
  void putOnStream(std::size_t input, cuda::Stream& stream, cuda::abi::DevicePointer target);

  /// Forgets all pictures when it ends.
  class OneRun {
   public:
    explicit OneRun(PictureInputs& pictures) noexcept : pictures_(pictures) {}
    ~OneRun() { pictures_.forgetAll(); }
    OneRun(const OneRun&) = delete;
    OneRun& operator=(const OneRun&) = delete;

   private:
    PictureInputs& pictures_;
  };

 private:
  struct Input {
    std::unique_ptr<gpu_image::Preprocessor> preprocessor;  ///< Made with the first picture.
    bool waits = false;
  };

  cuda::SharedContext context_;
  std::vector<Input> inputs_;
};

}  // namespace edge::tensorrt
