#include "core/shared_library.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace edge {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
constexpr const char* kMachineName = "x64";
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
constexpr const char* kMachineName = "arm64";
#else
#error "name this processor"
#endif

class File {
 public:
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  explicit File(const std::string& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool isOpen() const noexcept { return descriptor_ >= 0; }

  bool stat(struct stat& status) const noexcept { return fstat(descriptor_, &status) == 0; }

  bool read(void* target, std::size_t bytes, std::uint64_t offset) const noexcept {
    return pread(descriptor_, target, bytes, static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes);
  }

 private:
  int descriptor_;
};

std::string processorName(Elf64_Half machine) {
  if (machine == EM_X86_64) return "x64";
  if (machine == EM_AARCH64) return "arm64";
  return "processor type " + std::to_string(machine);
}

std::string whyNotElf(const Elf64_Ehdr& header) {
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return "not a shared library";
  if (header.e_ident[EI_CLASS] != ELFCLASS64)
    return "a library for 32-bit programs, and Node.js here is a 64-bit one";
  if (header.e_machine != kMachine) {
    return "a library for " + processorName(header.e_machine) + ", and this processor is " + kMachineName;
  }
  if (header.e_type != ET_DYN || header.e_phentsize != sizeof(Elf64_Phdr)) return "not a shared library";
  return {};
}

}  // namespace

std::string whyNotLoadable(const std::string& path) {
  if (path.find('/') == std::string::npos) return {};
  const File file(path);
  struct stat status{};
  if (!file.isOpen() || !file.stat(status)) return std::strerror(errno);
  if (!S_ISREG(status.st_mode)) return "not a file";
  Elf64_Ehdr header{};
  if (!file.read(&header, sizeof(header), 0)) return "too short for a shared library";
  std::string reason = whyNotElf(header);
  if (!reason.empty()) return reason;
  std::vector<Elf64_Phdr> segments(header.e_phnum);
  if (!file.read(segments.data(), segments.size() * sizeof(Elf64_Phdr), header.e_phoff)) return "truncated";
  const auto size = static_cast<std::uint64_t>(status.st_size);
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type == PT_LOAD &&
        (segment.p_offset > size || segment.p_filesz > size - segment.p_offset)) {
      return "truncated: it should go on at least to byte " +
             std::to_string(segment.p_offset + segment.p_filesz) + ", and ends at " + std::to_string(size);
    }
  }
  return {};
}

void* openLibrary(const LibraryCandidate& candidate, std::string& failures) {
  std::string reason = whyNotLoadable(candidate.path);
  void* handle = reason.empty() ? dlopen(candidate.path.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (handle != nullptr) return handle;
  if (const char* loaders = reason.empty() ? dlerror() : nullptr; loaders != nullptr) reason = loaders;
  if (!failures.empty()) failures += "; ";
  failures += candidate.path + " (from " + candidate.origin + "): " + reason;
  return nullptr;
}

std::string resolvedPath(const void* function, const std::string& otherwise) {
  Dl_info info{};
  if (dladdr(function, &info) == 0 || info.dli_fname == nullptr) return otherwise;
  return info.dli_fname;
}

}  // namespace edge
