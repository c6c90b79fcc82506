#pragma once

namespace edge::gpu_image {

/// The kernels as PTX, which the build put in; empty where it had none.
const char* kernelText() noexcept;

}  // namespace edge::gpu_image
