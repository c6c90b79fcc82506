#include "tensorrt/picture_inputs.h"

#include <algorithm>
#include <utility>

namespace edge::tensorrt {

PictureInputs::PictureInputs(cuda::SharedContext context, std::size_t inputs)
    : context_(std::move(context)), inputs_(inputs) {}

void PictureInputs::take(std::size_t input, const gpu_image::Picture& picture) {
  Input& place = inputs_[input];
  // One that is refused leaves none: neither the earlier one, nor half of this.
  place.waits = false;
  if (place.preprocessor == nullptr) place.preprocessor = std::make_unique<gpu_image::Preprocessor>(context_);
  place.preprocessor->prepare(picture);
  place.waits = true;
}

bool PictureInputs::hasAny() const noexcept {
  return std::any_of(inputs_.begin(), inputs_.end(), [](const Input& input) { return input.waits; });
}

void PictureInputs::forgetAll() noexcept {
  for (Input& input : inputs_) input.waits = false;
}

void PictureInputs::putOnStream(std::size_t input, cuda::Stream& stream, cuda::abi::DevicePointer target) {
  inputs_[input].preprocessor->putOnStream(stream, target);
}

}  // namespace edge::tensorrt
