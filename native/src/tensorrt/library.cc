#include "tensorrt/library.h"

#include <dlfcn.h>

#include <cstdint>
#include <utility>

#include "core/error.h"
#include "core/shared_library.h"
#include "core/thread_registry.h"
#include "cuda/library.h"

namespace edge::tensorrt {
namespace {

constexpr const char* kSupported = "TensorRT 10 or 11";
constexpr const char* kInstall =
    "Install TensorRT (on a Jetson it is part of JetPack: apt install nvidia-jetpack), or set "
    "EDGE_TENSORRT_LIBRARY to the path of libnvinfer.so.10 or libnvinfer.so.11.";

std::string folderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

// In place of what was asked for, nothing else is loaded: a wrong path would stay hidden.
std::vector<LibraryCandidate> orStandardNames(std::vector<LibraryCandidate> candidates) {
  if (!candidates.empty()) return candidates;
  for (const char* name : {"libnvinfer.so.10", "libnvinfer.so.11"}) {
    candidates.push_back({name, "the dynamic loader"});
  }
  return candidates;
}

using GetNumber = std::int32_t (*)();

/// What a version function says; 0 where the library has none.
std::int32_t number(void* handle, const char* symbol) {
  const auto function = reinterpret_cast<GetNumber>(dlsym(handle, symbol));
  return function != nullptr ? function() : 0;
}

Version versionOf(void* handle) {
  Version version{number(handle, "getInferLibMajorVersion"), number(handle, "getInferLibMinorVersion"),
                  number(handle, "getInferLibPatchVersion"), number(handle, "getInferLibBuildVersion")};
  if (version.major != 0) return version;
  // Before 10 one number says it all: 8601 is 8.6.1; and from 10 on 100300 is 10.3.0.
  const std::int32_t all = number(handle, "getInferLibVersion");
  if (all < 100000) return {all / 1000, all % 1000 / 100, all % 100, 0};
  return {all / 10000, all / 100 % 100, all % 100, 0};
}

Error incompatible(const LibraryCandidate& candidate, const std::string& what, const std::string& found) {
  return {ErrorCode::LIBRARY_INCOMPATIBLE,
          {"the library " + candidate.path + " (from " + candidate.origin + ") " + what, kSupported, found,
           kInstall}};
}

}  // namespace

std::string text(const Version& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
         std::to_string(version.patch) + "." + std::to_string(version.build);
}

const Library& Library::load(const std::vector<LibraryCandidate>& candidates) {
  static std::mutex mutex;
  static std::vector<std::pair<void*, std::unique_ptr<const Library>>>& loaded =
      *new std::vector<std::pair<void*, std::unique_ptr<const Library>>>;  // NOLINT: immortal, as the
                                                                           // libraries are
  const std::scoped_lock lock(mutex);
  std::string failures;
  for (const LibraryCandidate& candidate : orStandardNames(candidates)) {
    void* handle = openLibrary(candidate, failures);
    if (handle == nullptr) continue;
    for (const auto& [known, library] : loaded) {
      if (known == handle) return *library;
    }
    std::unique_ptr<Library> library(new Library);  // the constructor is private: no make_unique
    library->bind(handle, candidate);
    library->bindParser();
    library->api_ = library->version().major == 10 ? v10::makeApi(library->entryPoints_)
                                                   : v11::makeApi(library->entryPoints_);
    ThreadRegistry::instance().stopThreadsAtExit();
    return *loaded.emplace_back(handle, std::move(library)).second;
  }
  throw Error(ErrorCode::LIBRARY_NOT_FOUND,
              {"TensorRT could not be loaded", "libnvinfer.so.10 or libnvinfer.so.11 for this processor",
               failures, kInstall});
}

Api& Library::api(const std::vector<LibraryCandidate>& drivers) const {
  cuda::Driver::load(drivers);
  return *api_;
}

void Library::used() const {
  std::call_once(used_, [] { ThreadRegistry::instance().stopThreadsAtExit(); });
}

void Library::bind(void* handle, const LibraryCandidate& candidate) {
  entryPoints_.version = versionOf(handle);
  const Version& version = entryPoints_.version;
  if (version.major == 0) throw incompatible(candidate, "is not TensorRT", "no getInferLibVersion");
  if (version.major < 10 || version.major > 11) {
    throw incompatible(candidate, "is of a version that is not supported", "TensorRT " + text(version));
  }
  std::string missing;
  const auto required = [&](const char* symbol, void*& function) {
    function = dlsym(handle, symbol);
    if (function == nullptr) missing += (missing.empty() ? "no " : ", ") + std::string(symbol);
  };
  required("createInferBuilder_INTERNAL", entryPoints_.createInferBuilder);
  required("createInferRuntime_INTERNAL", entryPoints_.createInferRuntime);
  required("createInferRefitter_INTERNAL", entryPoints_.createInferRefitter);
  if (!missing.empty()) throw incompatible(candidate, "lacks functions of TensorRT", missing);
  info_ = {resolvedPath(entryPoints_.createInferRuntime, candidate.path), candidate.origin, text(version)};
}

void Library::bindParser() {
  // The parser calls the library it was made for: only the same major version's, and first of all the one
  // that lies beside it.
  const std::string name = "libnvonnxparser.so." + std::to_string(version().major);
  const std::string folder = folderOf(info_.path);
  std::vector<LibraryCandidate> places;
  if (!folder.empty()) places.push_back({folder + name, "the folder of libnvinfer"});
  places.push_back({name, "the dynamic loader"});
  std::string failures;
  for (const LibraryCandidate& place : places) {
    void* handle = openLibrary(place, failures);
    if (handle == nullptr) continue;
    entryPoints_.createParser = dlsym(handle, "createNvOnnxParser_INTERNAL");
    entryPoints_.createParserRefitter = dlsym(handle, "createNvOnnxParserRefitter_INTERNAL");
    if (entryPoints_.createParser != nullptr) {
      parserPath_ = resolvedPath(entryPoints_.createParser, place.path);
      return;
    }
    failures += (failures.empty() ? "" : "; ") + place.path + ": no createNvOnnxParser_INTERNAL";
  }
  entryPoints_.parserMissing = std::move(failures);
}

}  // namespace edge::tensorrt
