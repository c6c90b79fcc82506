#include "cuda/memory.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "core/error.h"

namespace edge::cuda {
namespace {

std::string whatWasFree(const Driver& driver) {
  MemoryInfo info;
  if (driver.MemGetInfo(&info.freeBytes, &info.totalBytes) != abi::kSuccess) return {};
  return ", where " + std::to_string(info.freeBytes) + " of " + std::to_string(info.totalBytes) +
         " were free";
}

/// @returns 0 if there is no such size.
std::size_t paddedSize(std::size_t bytes) {
  constexpr std::size_t kOverhead = Buffer::kPadding + Buffer::kAlignment;
  if (bytes > std::numeric_limits<std::size_t>::max() - kOverhead) return 0;
  return (bytes + kOverhead - 1) / Buffer::kAlignment * Buffer::kAlignment;
}

[[noreturn]] void throwTooLittlePageLocked(std::size_t bytes) {
  throw Error(ErrorCode::OUT_OF_MEMORY,
              {"page-locked memory for a tensor could not be had", "", std::to_string(bytes) + " bytes",
               "Use a smaller input, fewer requests, or a machine with more memory: page-locked memory "
               "cannot be swapped out."});
}

}  // namespace

DeviceMemory::DeviceMemory(SharedContext context, std::size_t bytes)
    : context_(std::move(context)), bytes_(bytes) {
  const ContextScope scope(*context_);
  const Driver& driver = context_->driver();
  // The driver has no memory of no bytes, and a tensor without elements has an address all the same.
  const abi::Result result = driver.MemAlloc(&address_, std::max<std::size_t>(bytes, 1));
  if (result == abi::kOutOfMemory) {
    throw Error(ErrorCode::OUT_OF_MEMORY, {"memory of the GPU could not be had", "",
                                           std::to_string(bytes) + " bytes" + whatWasFree(driver),
                                           "Use a smaller model, batch or workspace, fewer requests and "
                                           "sessions, or end other programs that use the GPU."});
  }
  driver.check(result, "cuMemAlloc");
}

DeviceMemory::~DeviceMemory() {
  const ContextScope scope(*context_, std::nothrow);
  if (scope) static_cast<void>(context_->driver().MemFree(address_));
}

HostMemory::HostMemory(SharedContext context, std::size_t bytes)
    : context_(std::move(context)), bytes_(bytes), capacity_(paddedSize(bytes)) {
  if (capacity_ == 0) throwTooLittlePageLocked(bytes);
  const ContextScope scope(*context_);
  const Driver& driver = context_->driver();
  const abi::Result result = driver.MemHostAlloc(&data_, capacity_, abi::kHostPortable | abi::kHostMapped);
  if (result == abi::kOutOfMemory) throwTooLittlePageLocked(bytes);
  driver.check(result, "cuMemHostAlloc");
  const abi::Result mapped = driver.MemHostGetDevicePointer(&address_, data_, 0);
  if (mapped != abi::kSuccess) static_cast<void>(driver.MemFreeHost(data_));
  driver.check(mapped, "cuMemHostGetDevicePointer");
  std::memset(data_, 0, capacity_);
}

HostMemory::~HostMemory() {
  const ContextScope scope(*context_, std::nothrow);
  if (scope) static_cast<void>(context_->driver().MemFreeHost(data_));
}

std::shared_ptr<Buffer> makeBuffer(std::shared_ptr<HostMemory> memory) {
  HostMemory& page = *memory;
  return std::make_shared<Buffer>(page.data(), page.bytes(), page.capacity(), std::move(memory));
}

std::optional<PointerInfo> describePointer(const PrimaryContext& context, abi::DevicePointer address) {
  const Driver& driver = context.driver();
  PointerInfo info;
  unsigned type = 0;
  const abi::Result known = driver.PointerGetAttribute(&type, abi::PointerAttribute::memoryType, address);
  if (known == abi::kInvalidValue) return std::nullopt;
  driver.check(known, "cuPointerGetAttribute");
  info.type = static_cast<abi::MemoryType>(type);
  const auto ask = [&](void* value, abi::PointerAttribute attribute) {
    driver.check(driver.PointerGetAttribute(value, attribute, address), "cuPointerGetAttribute");
  };
  ask(&info.ordinal, abi::PointerAttribute::deviceOrdinal);
  ask(&info.start, abi::PointerAttribute::rangeStart);
  ask(&info.bytes, abi::PointerAttribute::rangeSize);
  return info;
}

void checkReadable(const PrimaryContext& context, abi::DevicePointer address, std::size_t bytes,
                   const char* what) {
  const std::optional<PointerInfo> found = describePointer(context, address);
  const std::size_t there = found ? found->start + found->bytes - address : 0;
  if (found && found->ordinal == context.ordinal() && there >= bytes) return;
  throw Error(ErrorCode::INVALID_ARGUMENT,
              {std::string("the address is not one that the GPU can read the ") + what + " from",
               std::to_string(bytes) + " bytes of memory of GPU " + std::to_string(context.ordinal()),
               !found ? "an address that the driver does not know"
                      : std::to_string(there) + " bytes of GPU " + std::to_string(found->ordinal),
               "Allocate it in the device's primary context, and pass its address as it is."});
}

}  // namespace edge::cuda
