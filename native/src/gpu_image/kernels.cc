#include "gpu_image/kernels.h"

#include <array>
#include <cstdint>
#include <string>

#include "core/error.h"
#include "core/shared_by_key.h"
#include "gpu_image/kernel_text.h"

namespace edge::gpu_image {
namespace {

/// A thread for each pixel of so many columns and rows.
template <typename Work>
void launchOver(const cuda::Function& kernel, const cuda::Stream& stream, unsigned columns, unsigned rows,
                Work& work) {
  const auto blocks = [](unsigned pixels, unsigned side) { return (pixels + side - 1) / side; };
  std::array<void*, 1> parameters{&work};
  kernel.launch(stream, {blocks(columns, Kernels::kBlockWidth), blocks(rows, Kernels::kBlockHeight), 1},
                {Kernels::kBlockWidth, Kernels::kBlockHeight, 1}, parameters.data());
}

std::string requiredText() {
  std::string text = kernelText();
  if (text.empty()) {
    throw Error(ErrorCode::DEVICE_FAILED,
                {"the addon was built without the GPU's kernels", "", "",
                 "Preprocess on the processor, or build the addon on x64, where set-up compiles them."});
  }
  return text;
}

}  // namespace

std::shared_ptr<const Kernels> Kernels::of(const cuda::SharedContext& context) {
  // NOLINTNEXTLINE: immortal; finalizers come here while the process ends
  static SharedByKey<const Kernels>& all = *new SharedByKey<const Kernels>;
  // Whoever holds kernels holds their context, so that no other has its address.
  const std::string key = std::to_string(reinterpret_cast<std::uintptr_t>(context.get()));
  return all.get(key, [&] { return std::make_shared<const Kernels>(context); });
}

Kernels::Kernels(const cuda::SharedContext& context)
    : module_(context, "the preprocessing of pictures", requiredText()),
      convertNv12_(module_.function("edge_convert_nv12")),
      passColumns_(module_.function("edge_pass_columns")),
      passRows_(module_.function("edge_pass_rows")) {}

void Kernels::launch(const cuda::Stream& stream, Nv12Rows work) const {
  launchOver(convertNv12_, stream, work.width, work.rows, work);
}

void Kernels::launch(const cuda::Stream& stream, ColumnPass work) const {
  launchOver(passColumns_, stream, work.count, work.rows, work);
}

void Kernels::launch(const cuda::Stream& stream, RowPass work) const {
  launchOver(passRows_, stream, work.width, work.height, work);
}

}  // namespace edge::gpu_image
