#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/session.h"
#include "tensorrt/api.h"

namespace edge::tensorrt {

/// TensorRT's library, loaded, with its ONNX parser if that is there.
///
/// Never unloaded: it starts threads and registers exit handlers of its own.
class Library {
 public:
  /// The first candidate that loads; without any, what the dynamic loader finds by the names of the supported
  /// versions. A library that was loaded before is not loaded again. Needs no GPU.
  /// @throws Error LIBRARY_NOT_FOUND with every path tried and why each failed; LIBRARY_INCOMPATIBLE where it
  /// is of a version that is not supported, or lacks a function.
  static const Library& load(const std::vector<LibraryCandidate>& candidates);

  /// Where it was found, by whom, and its version: `10.3.0.30`.
  const LibraryInfo& info() const noexcept { return info_; }
  const Version& version() const noexcept { return entryPoints_.version; }
  /// Where the ONNX parser was found; empty where it was not.
  const std::string& parserPath() const noexcept { return parserPath_; }
  /// Why there is no ONNX parser; empty where there is one.
  const std::string& parserMissing() const noexcept { return entryPoints_.parserMissing; }

  /// What can be done with it. Without a GPU its functions return what is no object: whoever calls has loaded
  /// CUDA's driver before.
  /// @param drivers candidates for CUDA's driver.
  /// @throws Error DEVICE_UNAVAILABLE, LIBRARY_INCOMPATIBLE of the driver.
  Api& api(const std::vector<LibraryCandidate>& drivers) const;

  /// To be called when the library was used in earnest: it may have registered exit handlers only then.
  void used() const;

 private:
  Library() = default;
  void bind(void* handle, const LibraryCandidate& candidate);
  void bindParser();

  LibraryInfo info_;
  EntryPoints entryPoints_;
  std::string parserPath_;
  std::unique_ptr<Api> api_;
  mutable std::once_flag used_;
};

}  // namespace edge::tensorrt
