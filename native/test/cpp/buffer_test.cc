#include "core/buffer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "core/error.h"

namespace edge {
namespace {

TEST(Buffer, BeginsOnACacheLineAndIsZeroedWithItsPadding) {
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{1000}}) {
    const Buffer buffer(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % Buffer::kAlignment, 0u);
    EXPECT_EQ(buffer.bytes(), bytes);
    EXPECT_GE(buffer.capacity(), bytes + Buffer::kPadding);
    const auto* memory = static_cast<const unsigned char*>(buffer.data());
    for (std::size_t i = 0; i < buffer.capacity(); ++i) ASSERT_EQ(memory[i], 0) << i;
  }
}

TEST(Buffer, SaysHowMuchMemoryCouldNotBeHad) {
  for (const std::size_t bytes :
       {std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max() / 2}) {
    try {
      const Buffer buffer(bytes);
      FAIL() << "no error for " << bytes;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::OUT_OF_MEMORY);
      EXPECT_EQ(error.text().found, std::to_string(bytes) + " bytes");
    }
  }
}

TEST(Buffer, IsCountedWhileItLives) {
  const auto before = liveObjects().buffers.load();
  {
    const Buffer buffer(8);
    EXPECT_EQ(liveObjects().buffers.load(), before + 1);
  }
  EXPECT_EQ(liveObjects().buffers.load(), before);
}

}  // namespace
}  // namespace edge
