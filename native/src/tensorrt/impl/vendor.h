#pragma once

// The only file that includes TensorRT's headers. They are those of one major version, under namespaces that
// carry its number: the command line defines nvinfer1 and nvonnxparser as nvinfer1_v10, nvonnxparser_v10 (or
// 11), so that inline functions of two majors in one shared object stay apart.
#include <NvInfer.h>
#include <NvOnnxParser.h>

#include <cstdint>
#include <memory>

#include "tensorrt/api.h"

#if !defined(EDGE_TENSORRT_MAJOR) || !defined(EDGE_TENSORRT_NAMESPACE) || !defined(nvinfer1) || \
    !defined(nvonnxparser)
#error "compile impl/ by way of CMake, which names the major version and renames the vendor's namespaces"
#endif
static_assert(NV_TENSORRT_MAJOR == EDGE_TENSORRT_MAJOR,
              "headers of another major version than the namespace");

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {

/// An object of TensorRT. Its destructor is virtual, and gives the memory back to whichever allocator it came
/// from.
template <typename Object>
using Owned = std::unique_ptr<Object>;

/// Takes what a creating function returned. Without a GPU the real library returns a small number in place of
/// a runtime: such a one counts as null.
template <typename Object>
Owned<Object> owned(void* object) noexcept {
  constexpr std::uintptr_t kNoObjectBelow = 4096;  // the first page is never mapped
  if (reinterpret_cast<std::uintptr_t>(object) < kNoObjectBelow) return nullptr;
  return Owned<Object>(static_cast<Object*>(object));
}

/// The number that creating functions want, as the library itself would say it.
constexpr std::int32_t versionNumber(const Version& version) noexcept {
  return version.major * 10000 + version.minor * 100 + version.patch;
}

using CreateForLogger = void* (*)(void* logger, std::int32_t version);
using CreateForObject = void* (*)(void* object, void* logger, std::int32_t version);

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
