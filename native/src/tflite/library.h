#pragma once

#include <mutex>
#include <vector>

#include "core/session.h"
#include "tflite/abi.h"

namespace edge::tflite {

/// TensorFlow Lite's C library, loaded: its functions, under their own names without the prefix.
///
/// Never unloaded: it starts threads and registers exit handlers of its own.
class Library {
 public:
  /// The first candidate that loads. A library that was loaded before is not loaded again.
  /// @throws Error LIBRARY_NOT_FOUND with every path tried and why each failed; LIBRARY_INCOMPATIBLE where a
  /// function is missing.
  static const Library& load(const std::vector<LibraryCandidate>& candidates);

  /// To be called when an interpreter was made: the library may have registered exit handlers only then.
  void used() const;

  /// Where it was found, by whom, and what version it says it is.
  const LibraryInfo& info() const noexcept { return info_; }

  const char* (*Version)() = nullptr;

  abi::Model* (*ModelCreateWithErrorReporter)(const void* data, std::size_t bytes, abi::ErrorReporter,
                                              void* user) = nullptr;
  abi::Model* (*ModelCreateFromFileWithErrorReporter)(const char* path, abi::ErrorReporter,
                                                      void* user) = nullptr;
  void (*ModelDelete)(abi::Model*) = nullptr;

  abi::InterpreterOptions* (*InterpreterOptionsCreate)() = nullptr;
  void (*InterpreterOptionsDelete)(abi::InterpreterOptions*) = nullptr;
  void (*InterpreterOptionsSetNumThreads)(abi::InterpreterOptions*, std::int32_t) = nullptr;
  void (*InterpreterOptionsSetErrorReporter)(abi::InterpreterOptions*, abi::ErrorReporter,
                                             void* user) = nullptr;
  void (*InterpreterOptionsAddDelegate)(abi::InterpreterOptions*, abi::Delegate*) = nullptr;

  abi::Interpreter* (*InterpreterCreate)(const abi::Model*, const abi::InterpreterOptions*) = nullptr;
  void (*InterpreterDelete)(abi::Interpreter*) = nullptr;
  abi::Status (*InterpreterAllocateTensors)(abi::Interpreter*) = nullptr;
  abi::Status (*InterpreterInvoke)(abi::Interpreter*) = nullptr;
  std::int32_t (*InterpreterGetInputTensorCount)(const abi::Interpreter*) = nullptr;
  std::int32_t (*InterpreterGetOutputTensorCount)(const abi::Interpreter*) = nullptr;
  abi::Tensor* (*InterpreterGetInputTensor)(const abi::Interpreter*, std::int32_t) = nullptr;
  const abi::Tensor* (*InterpreterGetOutputTensor)(const abi::Interpreter*, std::int32_t) = nullptr;
  const int* (*InterpreterInputTensorIndices)(const abi::Interpreter*) = nullptr;
  const int* (*InterpreterOutputTensorIndices)(const abi::Interpreter*) = nullptr;
  abi::Status (*InterpreterSetCustomAllocationForTensor)(abi::Interpreter*, int index,
                                                         const abi::CustomAllocation*,
                                                         std::int64_t flags) = nullptr;

  abi::Type (*TensorType)(const abi::Tensor*) = nullptr;
  std::int32_t (*TensorNumDims)(const abi::Tensor*) = nullptr;
  std::int32_t (*TensorDim)(const abi::Tensor*, std::int32_t) = nullptr;
  std::size_t (*TensorByteSize)(const abi::Tensor*) = nullptr;
  void* (*TensorData)(const abi::Tensor*) = nullptr;
  const char* (*TensorName)(const abi::Tensor*) = nullptr;
  abi::QuantizationParams (*TensorQuantizationParams)(const abi::Tensor*) = nullptr;
  abi::Status (*TensorCopyFromBuffer)(abi::Tensor*, const void* data, std::size_t bytes) = nullptr;
  abi::Status (*TensorCopyToBuffer)(const abi::Tensor*, void* data, std::size_t bytes) = nullptr;

  abi::Status (*InterpreterResizeInputTensor)(abi::Interpreter*, std::int32_t index, const int* dims,
                                              std::int32_t size) = nullptr;

  // Optional: null where the build, or the version, left them out.
  abi::AllocationType (*OpaqueTensorGetAllocationType)(const abi::Tensor*) = nullptr;
  abi::Quantization (*OpaqueTensorGetQuantization)(const abi::Tensor*) = nullptr;
  abi::Status (*OpaqueTensorGetNumDimsSignature)(const abi::Tensor*, std::int32_t* count) = nullptr;
  abi::Status (*OpaqueTensorGetDimSignature)(const abi::Tensor*, std::int32_t index,
                                             std::int32_t* size) = nullptr;

  abi::Status (*InterpreterOptionsEnableCancellation)(abi::InterpreterOptions*, bool) = nullptr;
  abi::Status (*InterpreterCancel)(const abi::Interpreter*) = nullptr;

  abi::XnnpackOptions (*XNNPackDelegateOptionsDefault)() = nullptr;
  abi::Delegate* (*XNNPackDelegateCreate)(const abi::XnnpackOptions*) = nullptr;
  void (*XNNPackDelegateDelete)(abi::Delegate*) = nullptr;
  bool hasXnnpack() const noexcept {
    return XNNPackDelegateOptionsDefault != nullptr && XNNPackDelegateCreate != nullptr &&
           XNNPackDelegateDelete != nullptr;
  }

  abi::ExternalDelegateOptions (*ExternalDelegateOptionsDefault)(const char* libraryPath) = nullptr;
  abi::Delegate* (*ExternalDelegateCreate)(const abi::ExternalDelegateOptions*) = nullptr;
  void (*ExternalDelegateDelete)(abi::Delegate*) = nullptr;
  bool hasExternalDelegates() const noexcept {
    return ExternalDelegateOptionsDefault != nullptr && ExternalDelegateCreate != nullptr &&
           ExternalDelegateDelete != nullptr;
  }

  std::int32_t (*InterpreterGetSignatureCount)(const abi::Interpreter*) = nullptr;
  const char* (*InterpreterGetSignatureKey)(const abi::Interpreter*, std::int32_t) = nullptr;
  abi::SignatureRunner* (*InterpreterGetSignatureRunner)(const abi::Interpreter*, const char* key) = nullptr;
  void (*SignatureRunnerDelete)(abi::SignatureRunner*) = nullptr;
  std::size_t (*SignatureRunnerGetInputCount)(const abi::SignatureRunner*) = nullptr;
  std::size_t (*SignatureRunnerGetOutputCount)(const abi::SignatureRunner*) = nullptr;
  const char* (*SignatureRunnerGetInputName)(const abi::SignatureRunner*, std::int32_t) = nullptr;
  const char* (*SignatureRunnerGetOutputName)(const abi::SignatureRunner*, std::int32_t) = nullptr;
  abi::Tensor* (*SignatureRunnerGetInputTensor)(abi::SignatureRunner*, const char* name) = nullptr;
  const abi::Tensor* (*SignatureRunnerGetOutputTensor)(const abi::SignatureRunner*,
                                                       const char* name) = nullptr;
  abi::Status (*SignatureRunnerAllocateTensors)(abi::SignatureRunner*) = nullptr;
  abi::Status (*SignatureRunnerInvoke)(abi::SignatureRunner*) = nullptr;
  abi::Status (*SignatureRunnerCancel)(abi::SignatureRunner*) = nullptr;
  /// Whether the signature functions, all of them, are there.
  bool hasSignatures() const noexcept { return hasSignatures_; }

 private:
  Library() = default;
  void bind(void* handle, const LibraryCandidate& candidate);
  void bindOptional(void* handle);

  LibraryInfo info_;
  bool hasSignatures_ = false;
  mutable std::once_flag used_;
};

}  // namespace edge::tflite
