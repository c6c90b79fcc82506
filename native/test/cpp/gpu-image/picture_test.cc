#include "gpu_image/picture.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "gpu_image/kernels.h"
#include "pictures.h"

namespace edge::gpu_image {
namespace {

Picture whole(std::size_t width, std::size_t height) {
  Picture picture;
  picture.columns = {width, width, 0, width};
  picture.rows = {height, height, 0, height};
  picture.width = width;
  picture.height = height;
  picture.rowBytes = width * 3;
  return picture;
}

TEST(Picture, TellsTheBytesItReadsAndWrites) {
  Picture picture = whole(4, 3);
  EXPECT_EQ(frameBytes(picture), 36U);
  picture.rowBytes = 20;
  EXPECT_EQ(frameBytes(picture), 52U) << "the last row is not padded";
  picture.nv12 = Nv12Layout{6, 18, 8};
  EXPECT_EQ(frameBytes(picture), 30U);
  EXPECT_EQ(tensorBytes(picture), 144U);
  picture.conversion.dtype = DType::float16;
  EXPECT_EQ(tensorBytes(picture), 72U);
}

TEST(Picture, RefusesPartsThatDoNotFit) {
  const auto refuses = [](void (*change)(Picture&)) {
    Picture picture = whole(4, 3);
    change(picture);
    try {
      static_cast<void>(frameBytes(picture));
    } catch (const Error& error) {
      return error.code() == ErrorCode::INVALID_ARGUMENT;
    }
    return false;
  };
  EXPECT_FALSE(refuses([](Picture&) {}));
  EXPECT_TRUE(refuses([](Picture& picture) { picture.rowBytes = 11; }));
  EXPECT_TRUE(refuses([](Picture& picture) { picture.x = 1; }));
  EXPECT_TRUE(refuses([](Picture& picture) { picture.y = 1; }));
  EXPECT_TRUE(refuses([](Picture& picture) { picture.width = 3; }));
  EXPECT_TRUE(refuses([](Picture& picture) { picture.height = 2; }));
  EXPECT_TRUE(refuses([](Picture& picture) { picture.nv12 = Nv12Layout{3, 12, 4}; }));
  EXPECT_TRUE(refuses([](Picture& picture) { picture.rows.from = Kernels::kMostRows + 1; }));
}

}  // namespace
}  // namespace edge::gpu_image
