#include "core/buffer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>

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

TEST(Buffer, HoldsMemoryOfAnotherOwnerAndLetsGoOfItWhenItEnds) {
  const auto memory = std::make_shared<Buffer>(100);
  auto* const first = static_cast<unsigned char*>(memory->data());
  *first = 7;
  {
    Buffer buffer(memory->data(), 100, memory->capacity(), memory);
    EXPECT_EQ(memory.use_count(), 2);
    EXPECT_EQ(buffer.data(), memory->data());
    EXPECT_EQ(buffer.bytes(), 100u);
    EXPECT_EQ(buffer.capacity(), memory->capacity());
    EXPECT_EQ(*first, 7);
  }
  EXPECT_EQ(memory.use_count(), 1);
}

TEST(Buffer, RefusesMemoryOfAnotherOwnerThatIsNotAlignedOrPadded) {
  const auto memory = std::make_shared<Buffer>(1000);
  auto* const data = static_cast<unsigned char*>(memory->data());
  const auto before = liveObjects().buffers.load();
  const auto codeOf = [&](void* start, std::size_t bytes, std::size_t capacity) {
    try {
      const Buffer buffer(start, bytes, capacity, memory);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::ABORTED;
  };
  EXPECT_EQ(codeOf(data + 32, 100, 500), ErrorCode::INTERNAL);
  EXPECT_EQ(codeOf(data, 100, 100 + Buffer::kPadding - 1), ErrorCode::INTERNAL);
  EXPECT_EQ(codeOf(data, 100, 99), ErrorCode::INTERNAL);
  EXPECT_EQ(codeOf(nullptr, 100, 500), ErrorCode::INTERNAL);
  EXPECT_EQ(codeOf(data, 100, 100 + Buffer::kPadding), ErrorCode::ABORTED);
  EXPECT_EQ(liveObjects().buffers.load(), before);
  EXPECT_EQ(memory.use_count(), 1);
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
