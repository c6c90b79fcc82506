// Memory of the GPU and page-locked memory: both are the processor's, each block on pages of its own with a
// page that nobody may touch behind it. What was freed is kept for a while as pages that nobody may touch, so
// that whoever does is found at once.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>
#include <string>

#include "state.h"

namespace edge::cuda_double {
namespace {

constexpr std::size_t kAlignment = 256;
constexpr std::size_t kMostKept = 2048;

struct Block {
  Kind kind = Kind::deviceMemory;
  std::uintptr_t start = 0;
  std::size_t bytes = 0;
  std::uintptr_t pages = 0;
  std::size_t pageBytes = 0;
  bool mapped = true;  ///< Whether the GPU reaches it.
  bool freed = false;
  int ordinal = 0;
};

struct Memory {
  std::mutex mutex;
  std::map<std::uintptr_t, Block> blocks;  ///< By their starts.
  std::deque<std::uintptr_t> kept;         ///< Freed blocks, the oldest first.
  std::size_t deviceBytes = 0;
};

Memory& memory() {
  static Memory& instance = *new Memory;  // NOLINT: immortal, as the state
  return instance;
}

/// The block that an address lies in. Under the lock.
Block* find(std::uintptr_t address) {
  auto& blocks = memory().blocks;
  auto after = blocks.upper_bound(address);
  if (after == blocks.begin()) return nullptr;
  Block& block = std::prev(after)->second;
  return address - block.start < block.bytes ? &block : nullptr;
}

/// @returns the block's start, or 0 if there is too little memory.
std::uintptr_t allocate(Kind kind, std::size_t bytes, bool mapped) {
  Memory& all = memory();
  const std::size_t limit = State::instance().settings().memory;
  const std::scoped_lock lock(all.mutex);
  if (bytes > limit) return 0;
  if (kind == Kind::deviceMemory && bytes > limit - std::min(limit, all.deviceBytes)) return 0;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  Block block;
  block.kind = kind;
  block.bytes = bytes;
  block.mapped = mapped;
  block.ordinal = currentOrdinal();
  block.pageBytes = (bytes + page - 1) / page * page + page;
  void* const pages = ::mmap(nullptr, block.pageBytes, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) return 0;
  block.pages = reinterpret_cast<std::uintptr_t>(pages);
  // It ends as near to the page that nobody may touch as its alignment allows.
  const std::uintptr_t end = block.pages + block.pageBytes - page;
  block.start = (end - bytes) / kAlignment * kAlignment;
  if (::mprotect(abi::toPointer(end), page, PROT_NONE) != 0) die("mprotect failed");
  if (kind == Kind::deviceMemory) all.deviceBytes += bytes;
  all.blocks[block.start] = block;
  State::instance().count(kind, 1);
  return block.start;
}

/// Under the lock.
void keepFreed(Block& block) {
  Memory& all = memory();
  block.freed = true;
  if (block.kind == Kind::deviceMemory) all.deviceBytes -= block.bytes;
  void* const pages = abi::toPointer(block.pages);
  // Fresh pages over the old ones give the memory back to the system.
  if (::mmap(pages, block.pageBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
             0) == MAP_FAILED)
    die("mmap failed");
  all.kept.push_back(block.start);
  if (all.kept.size() <= kMostKept) return;
  const auto oldest = all.blocks.find(all.kept.front());
  static_cast<void>(::munmap(abi::toPointer(oldest->second.pages), oldest->second.pageBytes));
  all.blocks.erase(oldest);
  all.kept.pop_front();
}

void release(const char* call, Kind kind, std::uintptr_t address) {
  const std::scoped_lock lock(memory().mutex);
  Block* const block = find(address);
  if (block == nullptr || block->start != address || block->kind != kind)
    die(std::string(call) + ": " + text(static_cast<abi::DevicePointer>(address)) +
        " was not given by the driver");
  if (block->freed)
    die(std::string(call) + ": " + text(static_cast<abi::DevicePointer>(address)) + " was freed before");
  keepFreed(*block);
  State::instance().count(kind, -1);
}

}  // namespace

void dropMemory() {
  const std::scoped_lock lock(memory().mutex);
  std::deque<std::uintptr_t> left;
  for (const auto& [start, block] : memory().blocks) {
    if (!block.freed) left.push_back(start);
  }
  for (const std::uintptr_t start : left) keepFreed(memory().blocks.at(start));
}

void requireReachable(const char* call, abi::DevicePointer address, std::size_t bytes) {
  const std::scoped_lock lock(memory().mutex);
  const Block* const block = find(static_cast<std::uintptr_t>(address));
  const std::string what = std::string(call) + ": " + std::to_string(bytes) + " bytes at " + text(address);
  if (block == nullptr || !block->mapped) die(what + " are no memory of the GPU");
  if (block->freed) die(what + " were freed");
  if (bytes > block->bytes - (address - block->start))
    die(what + " go beyond the end of a block of " + std::to_string(block->bytes));
}

bool isPageLocked(const char* call, const void* address, std::size_t bytes) {
  const auto start = reinterpret_cast<std::uintptr_t>(address);
  const std::scoped_lock lock(memory().mutex);
  const Block* const block = find(start);
  if (block == nullptr) return false;
  const std::string what = std::string(call) + ": " + std::to_string(bytes) + " bytes at " + text(address);
  if (block->kind != Kind::hostMemory) die(what + " are not the processor's memory");
  if (block->freed) die(what + " were freed");
  if (bytes > block->bytes - (start - block->start))
    die(what + " go beyond the end of a block of " + std::to_string(block->bytes));
  return true;
}

}  // namespace edge::cuda_double

using namespace edge::cuda_double;  // NOLINT(google-build-using-namespace): the exports are the file's
                                    // purpose

extern "C" {

abi::Result cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
  const Entered entered = enter("cuMemGetInfo_v2", Needs::context);
  if (entered.fails()) return entered.result;
  *total = State::instance().settings().memory;
  const std::scoped_lock lock(memory().mutex);
  *free = *total - std::min(*total, memory().deviceBytes);
  return abi::kSuccess;
}

abi::Result cuMemAlloc_v2(abi::DevicePointer* address, std::size_t bytes) {
  const Entered entered = enter("cuMemAlloc_v2", Needs::quiet, std::to_string(bytes));
  if (entered.fails()) return entered.result;
  if (bytes == 0) return abi::kInvalidValue;
  const std::uintptr_t start = allocate(Kind::deviceMemory, bytes, true);
  *address = start;
  return start == 0 ? abi::kOutOfMemory : abi::kSuccess;
}

abi::Result cuMemFree_v2(abi::DevicePointer address) {
  const Entered entered = enter("cuMemFree_v2", Needs::quiet, text(address));
  if (entered.refuses()) return entered.result;
  release("cuMemFree", Kind::deviceMemory, static_cast<std::uintptr_t>(address));
  return entered.result;
}

abi::Result cuMemHostAlloc(void** data, std::size_t bytes, unsigned flags) {
  const Entered entered =
      enter("cuMemHostAlloc", Needs::quiet, std::to_string(bytes) + ", " + std::to_string(flags));
  if (entered.fails()) return entered.result;
  if (bytes == 0) return abi::kInvalidValue;
  const std::uintptr_t start = allocate(Kind::hostMemory, bytes, (flags & abi::kHostMapped) != 0);
  *data = abi::toPointer(start);
  if (start == 0) return abi::kOutOfMemory;
  // The driver does not promise zeros.
  auto* const first = static_cast<unsigned char*>(*data);
  for (std::size_t i = 0; i < std::min<std::size_t>(bytes, 4096); ++i) first[i] = 0xa5;
  return abi::kSuccess;
}

abi::Result cuMemFreeHost(void* data) {
  const Entered entered = enter("cuMemFreeHost", Needs::quiet, text(data));
  if (entered.refuses()) return entered.result;
  release("cuMemFreeHost", Kind::hostMemory, reinterpret_cast<std::uintptr_t>(data));
  return entered.result;
}

abi::Result cuMemHostGetDevicePointer_v2(abi::DevicePointer* address, void* data, unsigned flags) {
  const Entered entered = enter("cuMemHostGetDevicePointer_v2", Needs::context, text(data));
  if (entered.fails()) return entered.result;
  const std::scoped_lock lock(memory().mutex);
  const Block* const block = find(reinterpret_cast<std::uintptr_t>(data));
  if (flags != 0 || block == nullptr || block->freed || block->kind != Kind::hostMemory || !block->mapped)
    return abi::kInvalidValue;
  // Unified addressing: the GPU sees it where the processor does.
  *address = reinterpret_cast<abi::DevicePointer>(data);
  return abi::kSuccess;
}

abi::Result cuPointerGetAttribute(void* value, abi::PointerAttribute attribute, abi::DevicePointer address) {
  const Entered entered = enter("cuPointerGetAttribute", Needs::context, text(address));
  if (entered.fails()) return entered.result;
  const std::scoped_lock lock(memory().mutex);
  const Block* const block = find(static_cast<std::uintptr_t>(address));
  if (block == nullptr || block->freed) return abi::kInvalidValue;
  switch (attribute) {
    case abi::PointerAttribute::memoryType:
      *static_cast<unsigned*>(value) = block->kind == Kind::hostMemory ? 1 : 2;
      return abi::kSuccess;
    case abi::PointerAttribute::deviceOrdinal:
      *static_cast<int*>(value) = block->ordinal;
      return abi::kSuccess;
    case abi::PointerAttribute::rangeStart:
      *static_cast<abi::DevicePointer*>(value) = block->start;
      return abi::kSuccess;
    case abi::PointerAttribute::rangeSize:
      *static_cast<std::size_t*>(value) = block->bytes;
      return abi::kSuccess;
  }
  return abi::kInvalidValue;
}
}
