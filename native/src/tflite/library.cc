#include "tflite/library.h"

#include <dlfcn.h>

#include <memory>
#include <mutex>

#include "core/error.h"
#include "core/shared_library.h"
#include "core/thread_registry.h"

namespace edge::tflite {
namespace {

// TFLite reports the delegates it makes, and the like, on stderr, which belongs to the application. The C API
// has no switch for that; builds that export this C++ function have one.
constexpr const char* kSetMinimumLogSeverity =
    "_ZN6tflite16logging_internal13MinimalLogger21SetMinimumLogSeverityENS_11LogSeverityE";

template <typename Function>
bool find(void* handle, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(dlsym(handle, symbol));
  return function != nullptr;
}

void silenceProgressMessages(void* handle) {
  abi::LogSeverity (*setMinimumLogSeverity)(abi::LogSeverity) = nullptr;
  if (find(handle, kSetMinimumLogSeverity, setMinimumLogSeverity))
    setMinimumLogSeverity(abi::LogSeverity::warning);
}

}  // namespace

const Library& Library::load(const std::vector<LibraryCandidate>& candidates) {
  static std::mutex mutex;
  static std::vector<std::pair<void*, std::unique_ptr<const Library>>>& loaded =
      *new std::vector<std::pair<void*, std::unique_ptr<const Library>>>;  // NOLINT: immortal, as the
                                                                           // libraries are
  const std::scoped_lock lock(mutex);
  std::string failures;
  for (const LibraryCandidate& candidate : candidates) {
    void* handle = openLibrary(candidate, failures);
    if (handle == nullptr) continue;
    for (const auto& [known, library] : loaded) {
      if (known == handle) return *library;
    }
    std::unique_ptr<Library> library(new Library);  // the constructor is private: no make_unique
    library->bind(handle, candidate);
    silenceProgressMessages(handle);
    ThreadRegistry::instance().stopThreadsAtExit();
    return *loaded.emplace_back(handle, std::move(library)).second;
  }
  throw Error(ErrorCode::LIBRARY_NOT_FOUND,
              {"TensorFlow Lite's C library could not be loaded", "libtensorflowlite_c.so for this processor",
               failures.empty() ? "no place to look for it" : failures,
               "Install the package @edge/tflite-linux-x64 or @edge/tflite-linux-arm64, or set "
               "EDGE_TFLITE_LIBRARY to the "
               "path of a libtensorflowlite_c.so."});
}

void Library::used() const {
  std::call_once(used_, [] { ThreadRegistry::instance().stopThreadsAtExit(); });
}

void Library::bind(void* handle, const LibraryCandidate& candidate) {
  std::string missing;
  const auto required = [&](const char* symbol, auto& function) {
    if (find(handle, symbol, function)) return;
    if (!missing.empty()) missing += ", ";
    missing += symbol;
  };
  required("TfLiteVersion", Version);
  required("TfLiteModelCreateWithErrorReporter", ModelCreateWithErrorReporter);
  required("TfLiteModelCreateFromFileWithErrorReporter", ModelCreateFromFileWithErrorReporter);
  required("TfLiteModelDelete", ModelDelete);
  required("TfLiteInterpreterOptionsCreate", InterpreterOptionsCreate);
  required("TfLiteInterpreterOptionsDelete", InterpreterOptionsDelete);
  required("TfLiteInterpreterOptionsSetNumThreads", InterpreterOptionsSetNumThreads);
  required("TfLiteInterpreterOptionsSetErrorReporter", InterpreterOptionsSetErrorReporter);
  required("TfLiteInterpreterOptionsAddDelegate", InterpreterOptionsAddDelegate);
  required("TfLiteInterpreterCreate", InterpreterCreate);
  required("TfLiteInterpreterDelete", InterpreterDelete);
  required("TfLiteInterpreterAllocateTensors", InterpreterAllocateTensors);
  required("TfLiteInterpreterInvoke", InterpreterInvoke);
  required("TfLiteInterpreterGetInputTensorCount", InterpreterGetInputTensorCount);
  required("TfLiteInterpreterGetOutputTensorCount", InterpreterGetOutputTensorCount);
  required("TfLiteInterpreterGetInputTensor", InterpreterGetInputTensor);
  required("TfLiteInterpreterGetOutputTensor", InterpreterGetOutputTensor);
  required("TfLiteInterpreterInputTensorIndices", InterpreterInputTensorIndices);
  required("TfLiteInterpreterOutputTensorIndices", InterpreterOutputTensorIndices);
  required("TfLiteInterpreterSetCustomAllocationForTensor", InterpreterSetCustomAllocationForTensor);
  required("TfLiteInterpreterResizeInputTensor", InterpreterResizeInputTensor);
  required("TfLiteTensorType", TensorType);
  required("TfLiteTensorNumDims", TensorNumDims);
  required("TfLiteTensorDim", TensorDim);
  required("TfLiteTensorByteSize", TensorByteSize);
  required("TfLiteTensorData", TensorData);
  required("TfLiteTensorName", TensorName);
  required("TfLiteTensorQuantizationParams", TensorQuantizationParams);
  required("TfLiteTensorCopyFromBuffer", TensorCopyFromBuffer);
  required("TfLiteTensorCopyToBuffer", TensorCopyToBuffer);
  if (!missing.empty()) {
    throw Error(ErrorCode::LIBRARY_INCOMPATIBLE,
                {"the library " + candidate.path + " (from " + candidate.origin +
                     ") lacks functions of TensorFlow Lite's C API",
                 "libtensorflowlite_c.so of TensorFlow Lite 2.12 or newer", "no " + missing,
                 "Point EDGE_TFLITE_LIBRARY at a complete build of the C library."});
  }
  bindOptional(handle);
  const char* version = Version();
  info_ = {resolvedPath(reinterpret_cast<const void*>(Version), candidate.path), candidate.origin,
           version != nullptr ? version : "unknown"};
}

void Library::bindOptional(void* handle) {
  find(handle, "TfLiteOpaqueTensorGetAllocationType", OpaqueTensorGetAllocationType);
  find(handle, "TfLiteOpaqueTensorGetQuantization", OpaqueTensorGetQuantization);
  find(handle, "TfLiteOpaqueTensorGetNumDimsSignature", OpaqueTensorGetNumDimsSignature);
  find(handle, "TfLiteOpaqueTensorGetDimSignature", OpaqueTensorGetDimSignature);
  find(handle, "TfLiteInterpreterOptionsEnableCancellation", InterpreterOptionsEnableCancellation);
  find(handle, "TfLiteInterpreterCancel", InterpreterCancel);
  find(handle, "TfLiteXNNPackDelegateOptionsDefault", XNNPackDelegateOptionsDefault);
  find(handle, "TfLiteXNNPackDelegateCreate", XNNPackDelegateCreate);
  find(handle, "TfLiteXNNPackDelegateDelete", XNNPackDelegateDelete);
  find(handle, "TfLiteExternalDelegateOptionsDefault", ExternalDelegateOptionsDefault);
  find(handle, "TfLiteExternalDelegateCreate", ExternalDelegateCreate);
  find(handle, "TfLiteExternalDelegateDelete", ExternalDelegateDelete);
  // One by one, without short-circuit: all or none are used.
  bool all = true;
  const auto signature = [&](const char* symbol, auto& function) {
    all = find(handle, symbol, function) && all;
  };
  signature("TfLiteInterpreterGetSignatureCount", InterpreterGetSignatureCount);
  signature("TfLiteInterpreterGetSignatureKey", InterpreterGetSignatureKey);
  signature("TfLiteInterpreterGetSignatureRunner", InterpreterGetSignatureRunner);
  signature("TfLiteSignatureRunnerDelete", SignatureRunnerDelete);
  signature("TfLiteSignatureRunnerGetInputCount", SignatureRunnerGetInputCount);
  signature("TfLiteSignatureRunnerGetOutputCount", SignatureRunnerGetOutputCount);
  signature("TfLiteSignatureRunnerGetInputName", SignatureRunnerGetInputName);
  signature("TfLiteSignatureRunnerGetOutputName", SignatureRunnerGetOutputName);
  signature("TfLiteSignatureRunnerGetInputTensor", SignatureRunnerGetInputTensor);
  signature("TfLiteSignatureRunnerGetOutputTensor", SignatureRunnerGetOutputTensor);
  signature("TfLiteSignatureRunnerAllocateTensors", SignatureRunnerAllocateTensors);
  signature("TfLiteSignatureRunnerInvoke", SignatureRunnerInvoke);
  signature("TfLiteSignatureRunnerCancel", SignatureRunnerCancel);
  hasSignatures_ = all;
}

}  // namespace edge::tflite
