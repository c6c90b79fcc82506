#include "gpu_image/preprocessor.h"

#include <cstring>
#include <string>
#include <utility>

#include "core/error.h"

namespace edge::gpu_image {
namespace {

using cuda::abi::DevicePointer;

template <typename Value>
Value* at(DevicePointer address) noexcept {
  return static_cast<Value*>(cuda::abi::toPointer(address));
}

/// Copies rows to where they have no padding.
void pack(const std::uint8_t* from, std::size_t rowBytes, std::size_t rows, std::size_t length, void* to) {
  auto* target = static_cast<std::uint8_t*>(to);
  if (rowBytes == length) {
    std::memcpy(target, from, rows * length);
    return;
  }
  for (std::size_t row = 0; row < rows; ++row) {
    std::memcpy(target + row * length, from + row * rowBytes, length);
  }
}

}  // namespace

Preprocessor::Preprocessor(cuda::SharedContext context)
    : context_(std::move(context)), kernels_(Kernels::of(context_)) {}

void Preprocessor::reserve(std::unique_ptr<cuda::DeviceMemory>& memory, std::size_t bytes) {
  if (memory != nullptr && memory->bytes() >= bytes) return;
  memory.reset();
  memory = std::make_unique<cuda::DeviceMemory>(context_, bytes);
}

void Preprocessor::reserve(Upload& upload, std::size_t bytes) {
  if (upload.host == nullptr || upload.host->bytes() < bytes) {
    upload.host.reset();
    upload.host = std::make_unique<cuda::HostMemory>(context_, bytes);
  }
  reserve(upload.device, bytes);
  upload.bytes = bytes;
}

DevicePointer Preprocessor::constant(std::size_t place) const {
  return constantMemory_.device->address() + place;
}

void Preprocessor::checkSource(const Picture& picture) const {
  const std::size_t needed = frameBytes(picture);
  if (picture.pixels.address) {
    const cuda::ContextScope scope(*context_);
    cuda::checkReadable(*context_, *picture.pixels.address, needed, "picture");
  } else if (picture.pixels.bytes < needed) {
    throw Error(ErrorCode::SHAPE_MISMATCH,
                {"the picture has fewer bytes than its size says", std::to_string(needed) + " or more",
                 std::to_string(picture.pixels.bytes), ""});
  }
}

// Also for RGB, whose rows are told as luma.
Nv12Rows Preprocessor::takeFrame(const Picture& picture) {
  const std::size_t width = picture.columns.from;
  const std::size_t first = constants_.firstRow();
  const std::size_t rows = constants_.neededRows();
  Nv12Rows source{};
  source.width = static_cast<unsigned>(width);
  source.rows = static_cast<unsigned>(rows);
  std::size_t rowBytes = picture.nv12 ? picture.nv12->rowBytes : picture.rowBytes;
  std::size_t chromaRowBytes = picture.nv12 ? picture.nv12->chromaRowBytes : 0;
  const std::size_t chromaPlace = picture.nv12 ? picture.nv12->chromaOffset + first / 2 * chromaRowBytes : 0;
  DevicePointer luma = 0;
  DevicePointer chroma = 0;
  if (picture.pixels.address) {
    luma = *picture.pixels.address + first * rowBytes;
    chroma = *picture.pixels.address + chromaPlace;
    frameMemory_.bytes = 0;
  } else {
    const std::size_t length = picture.nv12 ? width : width * 3;
    const std::size_t pairs = picture.nv12 ? chromaRowLength(width) : 0;
    const std::size_t chromaRows = picture.nv12 ? (first + rows - 1) / 2 - first / 2 + 1 : 0;
    reserve(frameMemory_, rows * length + chromaRows * pairs);
    auto* host = static_cast<std::uint8_t*>(frameMemory_.host->data());
    pack(picture.pixels.data + first * rowBytes, rowBytes, rows, length, host);
    if (chromaRows != 0) {
      pack(picture.pixels.data + chromaPlace, chromaRowBytes, chromaRows, pairs, host + rows * length);
    }
    luma = frameMemory_.device->address();
    chroma = luma + rows * length;
    rowBytes = length;
    chromaRowBytes = pairs;
  }
  source.luma = at<const Byte>(luma);
  source.lumaStride = rowBytes;
  if (picture.nv12) {
    source.chroma = at<const Byte>(chroma);
    source.chromaStride = chromaRowBytes;
    source.odd = first % 2;
    source.factors = nv12Factors(picture.nv12->matrix, picture.nv12->range);
  }
  return source;
}

void Preprocessor::prepare(const Picture& picture) {
  checkSource(picture);
  if (constants_.fit(picture)) constantsWait_ = true;
  if (constantsWait_) {
    const std::vector<std::uint8_t>& bytes = constants_.bytes();
    reserve(constantMemory_, bytes.size());
    std::memcpy(constantMemory_.host->data(), bytes.data(), bytes.size());
  }
  const Nv12Rows source = takeFrame(picture);
  const Byte* rgb = source.luma;
  Address stride = source.lumaStride;

  conversion_.reset();
  if (picture.nv12) {
    stride = Address{source.width} * 3;
    reserve(converted_, source.rows * stride);
    conversion_ = source;
    conversion_->target = at<Byte>(converted_->address());
    rgb = conversion_->target;
  }

  const auto count = static_cast<unsigned>(picture.columns.count);
  columnPass_.reset();
  if (!constants_.keepsColumns()) {
    const Address narrowStride = Address{count} * 3;
    reserve(narrowed_, source.rows * narrowStride);
    const AxisPlace& axis = constants_.columns();
    columnPass_ = ColumnPass{rgb,
                             at<Byte>(narrowed_->address()),
                             at<const unsigned>(constant(axis.first)),
                             at<const int>(constant(axis.weights)),
                             stride,
                             axis.taps,
                             count,
                             source.rows};
    rgb = columnPass_->target;
    stride = narrowStride;
  }

  const AxisPlace& axis = constants_.rows();
  const bool planes = picture.conversion.layout == image::Layout::nchw;
  rowPass_ = RowPass{rgb,
                     at<const unsigned>(constant(axis.first)),
                     at<const int>(constant(axis.weights)),
                     at<const Byte>(constant(constants_.table())),
                     nullptr,
                     stride,
                     Address{planes ? 1U : 3U},
                     planes ? Address{picture.width} * picture.height : Address{1},
                     axis.taps,
                     count,
                     static_cast<unsigned>(picture.rows.count),
                     static_cast<unsigned>(picture.x),
                     static_cast<unsigned>(picture.y),
                     static_cast<unsigned>(picture.width),
                     static_cast<unsigned>(picture.height),
                     static_cast<unsigned>(elementBytes(picture.conversion.dtype)),
                     picture.conversion.swapRedBlue ? 1U : 0U,
                     {picture.pad[0], picture.pad[1], picture.pad[2]}};
}

void Preprocessor::putOnStream(cuda::Stream& stream, DevicePointer target) {
  if (constantsWait_) {
    stream.copyToDevice(constantMemory_.device->address(), constantMemory_.host->data(),
                        constantMemory_.bytes);
  }
  if (frameMemory_.bytes != 0) {
    stream.copyToDevice(frameMemory_.device->address(), frameMemory_.host->data(), frameMemory_.bytes);
  }
  if (conversion_) kernels_->launch(stream, *conversion_);
  if (columnPass_) kernels_->launch(stream, *columnPass_);
  rowPass_.target = at<Byte>(target);
  kernels_->launch(stream, rowPass_);
  // Only now: where anything of this fails, the next picture brings them again.
  constantsWait_ = false;
}

}  // namespace edge::gpu_image
