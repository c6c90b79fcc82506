#include "gpu_image/picture.h"

#include <string>

#include "core/error.h"
#include "gpu_image/kernels.h"

namespace edge::gpu_image {
namespace {

[[noreturn]] void refuse(const std::string& summary, std::size_t expected, std::size_t found,
                         const char* remedy = "") {
  throw Error(ErrorCode::INVALID_ARGUMENT,
              {summary, std::to_string(expected) + " or less", std::to_string(found), remedy});
}

void checkPlace(const char* what, std::size_t first, std::size_t count, std::size_t size) {
  if (count <= size && first <= size - count) return;
  refuse(std::string("the picture's ") + what + " do not fit into the tensor", size, first + count);
}

}  // namespace

std::size_t tensorBytes(const Picture& picture) noexcept {
  return picture.width * picture.height * 3 * elementBytes(picture.conversion.dtype);
}

std::size_t frameBytes(const Picture& picture) {
  checkPlace("columns", picture.x, picture.columns.count, picture.width);
  checkPlace("rows", picture.y, picture.rows.count, picture.height);
  const std::size_t width = picture.columns.from;
  const std::size_t height = picture.rows.from;
  if (height > Kernels::kMostRows) {
    refuse("the picture has too many rows for the GPU", Kernels::kMostRows, height,
           "Preprocess it on the processor.");
  }
  if (picture.nv12) return nv12Bytes(*picture.nv12, width, height);
  if (picture.rowBytes < width * 3) {
    throw Error(ErrorCode::INVALID_ARGUMENT,
                {"a picture's rows are shorter than its width", std::to_string(width * 3) + " bytes or more",
                 std::to_string(picture.rowBytes), ""});
  }
  return (height - 1) * picture.rowBytes + width * 3;
}

}  // namespace edge::gpu_image
