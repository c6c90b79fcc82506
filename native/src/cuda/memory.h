#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "core/buffer.h"
#include "cuda/context.h"

namespace edge::cuda {

/// Memory of the GPU. Not zeroed. May be freed on any thread.
class DeviceMemory {
 public:
  /// @throws Error OUT_OF_MEMORY with how much was free; DEVICE_FAILED.
  DeviceMemory(SharedContext context, std::size_t bytes);
  ~DeviceMemory();
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  abi::DevicePointer address() const noexcept { return address_; }
  /// The same, as TensorRT wants it.
  void* pointer() const noexcept { return abi::toPointer(address_); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  SharedContext context_;
  std::size_t bytes_;
  abi::DevicePointer address_ = 0;
};

/// Page-locked memory of the processor that the GPU reads and writes in place, too. Zeroed, and followed by
/// Buffer::kPadding readable bytes. May be freed on any thread.
///
/// Never write-combined: JavaScript reads it, and that would take a hundred times as long.
class HostMemory {
 public:
  /// @throws Error OUT_OF_MEMORY, DEVICE_FAILED.
  HostMemory(SharedContext context, std::size_t bytes);
  ~HostMemory();
  HostMemory(const HostMemory&) = delete;
  HostMemory& operator=(const HostMemory&) = delete;

  void* data() noexcept { return data_; }
  const void* data() const noexcept { return data_; }
  /// Where the GPU sees it.
  abi::DevicePointer address() const noexcept { return address_; }
  void* devicePointer() const noexcept { return abi::toPointer(address_); }
  /// The size asked for, without padding.
  std::size_t bytes() const noexcept { return bytes_; }
  std::size_t capacity() const noexcept { return capacity_; }

 private:
  SharedContext context_;
  std::size_t bytes_;
  std::size_t capacity_;
  void* data_ = nullptr;
  abi::DevicePointer address_ = 0;
};

/// Page-locked memory as a request's buffer: it lives until the buffer and everybody else let go of it.
/// @throws Error INTERNAL if the driver's memory does not begin where a buffer must.
std::shared_ptr<Buffer> makeBuffer(std::shared_ptr<HostMemory> memory);

/// What the driver knows of an address that somebody else gave.
struct PointerInfo {
  abi::MemoryType type = abi::MemoryType::device;
  int ordinal = 0;               ///< The GPU whose memory it is, or that it was registered with.
  abi::DevicePointer start = 0;  ///< Of the allocation that it lies in.
  std::size_t bytes = 0;         ///< Of that allocation.
};

/// @returns nothing if the driver does not know it: it is no address of the GPU, or its memory was freed. In
/// a ContextScope.
/// @throws Error DEVICE_FAILED.
std::optional<PointerInfo> describePointer(const PrimaryContext& context, abi::DevicePointer address);

/// Checks that a GPU can read so many bytes from an address that somebody else gave. In a ContextScope.
/// @param what is to be read from there, for the message.
/// @throws Error INVALID_ARGUMENT if it cannot; DEVICE_FAILED.
void checkReadable(const PrimaryContext& context, abi::DevicePointer address, std::size_t bytes,
                   const char* what);

}  // namespace edge::cuda
