#include "tflite/delegates.h"

#include <dlfcn.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "core/error.h"
#include "core/shared_library.h"

namespace edge::tflite {
namespace {

// Versions whose XNNPACK options are laid out as abi::XnnpackOptions220 says. Another version may have other
// fields in their place.
constexpr std::array<const char*, 2> kKnownXnnpackOptions = {"2.20.0", "2.20.0-double"};

/// Whether the options are a struct of more than two registers' size, which functions return in memory.
/// Before 2.17 it was smaller, and calling the function as if it were not corrupts memory.
bool returnsXnnpackOptionsInMemory(const std::string& version) {
  char* dot = nullptr;
  const std::int64_t major = std::strtol(version.c_str(), &dot, 10);
  if (dot == nullptr || *dot != '.') return false;
  const std::int64_t minor = std::strtol(dot + 1, nullptr, 10);
  return major > 2 || (major == 2 && minor >= 17);
}

bool hasKnownXnnpackOptions(const std::string& version) {
  for (const char* known : kKnownXnnpackOptions) {
    if (version == known) return true;
  }
  return false;
}

std::string fileName(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// Loads a delegate's library before TensorFlow Lite does, which says why it can't only on stderr.
void checkLoadable(const std::string& path) {
  if (const std::string reason = whyNotLoadable(path); !reason.empty()) {
    throw Error(ErrorCode::LIBRARY_NOT_FOUND,
                {"the delegate's library could not be loaded", "a shared library for this processor",
                 path + ": " + reason, "Check the path, and copy the library again."});
  }
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    throw Error(
        ErrorCode::LIBRARY_NOT_FOUND,
        {"the delegate's library could not be loaded", "a shared library for this processor",
         reason != nullptr ? reason : path, "Check the path, and that the vendor's runtime is installed."});
  }
  if (dlsym(handle, "tflite_plugin_create_delegate") == nullptr) {
    throw Error(
        ErrorCode::LIBRARY_INCOMPATIBLE,
        {"the library " + path + " is not an external delegate", "tflite_plugin_create_delegate in it",
         "no such function", "Point at the vendor's delegate, not at its runtime library."});
  }
}

}  // namespace

Delegates::Delegates(const Library& library, const InterpreterSettings& settings) : library_(library) {
  for (const ExternalDelegateSettings& external : settings.externalDelegates) addExternal(external);
  if (settings.xnnpack) addXnnpack(*settings.xnnpack, settings.threads);
}

void Delegates::addTo(abi::InterpreterOptions* options) const {
  for (const auto& delegate : delegates_) library_.InterpreterOptionsAddDelegate(options, delegate.get());
}

void Delegates::add(abi::Delegate* delegate, Delete free, std::string name) {
  delegates_.emplace_back(delegate, free);
  names_.push_back(std::move(name));
}

void Delegates::addExternal(const ExternalDelegateSettings& settings) {
  if (!library_.hasExternalDelegates()) {
    throw Error(ErrorCode::LIBRARY_INCOMPATIBLE,
                {"the library " + library_.info().path + " was built without external delegates",
                 "a build with TfLiteExternalDelegateCreate", "", "Use another build of TensorFlow Lite."});
  }
  checkLoadable(settings.path);
  // Four kilobytes, too much for the stack of a thread that a vendor's code shares.
  const auto options = std::make_unique<abi::ExternalDelegateOptions>(
      library_.ExternalDelegateOptionsDefault(settings.path.c_str()));
  for (const auto& [key, value] : settings.options) {
    if (options->insert(options.get(), key.c_str(), value.c_str()) != abi::kOk) {
      throw Error(ErrorCode::INVALID_ARGUMENT, {"an external delegate got too many options", "at most 256",
                                                std::to_string(settings.options.size()), ""});
    }
  }
  abi::Delegate* delegate = library_.ExternalDelegateCreate(options.get());
  if (delegate == nullptr) {
    throw Error(ErrorCode::LIBRARY_INCOMPATIBLE,
                {"the external delegate " + settings.path + " could not be made", "", "no reason given by it",
                 "Check its options, and that its device is connected and free."});
  }
  add(delegate, library_.ExternalDelegateDelete, fileName(settings.path));
}

void Delegates::addXnnpack(const XnnpackSettings& settings, int threads) {
  if (!library_.hasXnnpack()) {
    throw Error(ErrorCode::LIBRARY_INCOMPATIBLE,
                {"the library " + library_.info().path + " was built without XNNPACK",
                 "a build with the XNNPACK delegate", "",
                 "Use another build, or open with xnnpack: false, which is many times slower."});
  }
  if (!returnsXnnpackOptionsInMemory(library_.info().version)) {
    throw Error(ErrorCode::LIBRARY_INCOMPATIBLE,
                {"the XNNPACK delegate of this version of TensorFlow Lite cannot be set up", "2.17 or newer",
                 library_.info().version, "Use a newer library, or open with xnnpack: false."});
  }
  abi::XnnpackOptions options = library_.XNNPackDelegateOptionsDefault();
  options.numThreads = threads;
  if (settings.flags || !settings.weightCache.empty()) {
    if (!hasKnownXnnpackOptions(library_.info().version)) {
      throw Error(
          ErrorCode::LIBRARY_INCOMPATIBLE,
          {"XNNPACK flags and the weight cache cannot be set in this version of TensorFlow Lite", "2.20.0",
           library_.info().version, "Leave these options out, or use the platform package's library."});
    }
    abi::XnnpackOptions220 known{};
    static_assert(sizeof(known) <= sizeof(options));
    std::memcpy(&known, &options, sizeof(known));
    if (settings.flags) known.flags = *settings.flags;
    if (!settings.weightCache.empty()) known.weightCacheFilePath = settings.weightCache.c_str();
    std::memcpy(&options, &known, sizeof(known));
  }
  abi::Delegate* delegate = library_.XNNPackDelegateCreate(&options);
  if (delegate == nullptr) {
    throw Error(ErrorCode::OUT_OF_MEMORY,
                {"XNNPACK could not be set up", "", "", "Open with xnnpack: false."});
  }
  add(delegate, library_.XNNPackDelegateDelete, "xnnpack");
}

}  // namespace edge::tflite
