#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "program.h"

namespace edge::ptx {

/// Memory that a kernel may use, of the processor's.
struct Range {
  const void* data = nullptr;
  std::size_t bytes = 0;
  bool writable = false;
};

/// Sizes of a launch.
struct Launch {
  std::array<std::uint32_t, 2> blocks{};
  std::array<std::uint32_t, 2> threads{};  ///< Of a block.
};

/// Runs a kernel, one thread after another.
/// @param parameters its one structure.
/// @throws std::runtime_error for an instruction that it does not know, and for memory that the kernel may
/// not use.
void run(const Entry& entry, const void* parameters, const Launch& launch, const std::vector<Range>& memory);

}  // namespace edge::ptx
