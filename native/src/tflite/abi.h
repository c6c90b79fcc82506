#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdint>

/// The part of TensorFlow Lite's C ABI that is used here.
///
/// Declared from the documented interface (`tensorflow/lite/c/c_api.h`, `c_api_experimental.h`,
/// `xnnpack_delegate.h`) rather than included, because the library is loaded at run time and may be of any
/// version: only what is the same in all of them stands here.
namespace edge::tflite::abi {

struct Model;
struct InterpreterOptions;
struct Interpreter;
struct Tensor;
struct Delegate;
struct SignatureRunner;

/// TfLiteStatus; every value but 0 is a failure.
using Status = int;
constexpr Status kOk = 0;
constexpr Status kCancelled = 8;

/// TfLiteType.
enum class Type : int {
  none = 0,
  float32 = 1,
  int32 = 2,
  uint8 = 3,
  int64 = 4,
  string = 5,
  boolean = 6,
  int16 = 7,
  complex64 = 8,
  int8 = 9,
  float16 = 10,
  float64 = 11,
  complex128 = 12,
  uint64 = 13,
  resource = 14,
  variant = 15,
  uint32 = 16,
  uint16 = 17,
  int4 = 18,
  bfloat16 = 19,
};

/// TfLiteAllocationType.
enum class AllocationType : int {
  none = 0,
  mappedReadOnly = 1,
  arena = 2,
  arenaPersistent = 3,
  dynamic = 4,
  persistentReadOnly = 5,
  custom = 6,
  variantObject = 7,
};

/// TfLiteQuantizationParams. A scale of 0 means that the tensor is not quantized per tensor.
struct QuantizationParams {
  float scale;
  std::int32_t zeroPoint;
};

/// TfLiteIntArray and TfLiteFloatArray: a length, and as many values behind it.
struct IntArray {
  std::int32_t size;
  std::int32_t values[1];
};
struct FloatArray {
  std::int32_t size;
  float values[1];
};

/// TfLiteAffineQuantization: one scale for each index of a dimension, or one for all.
struct AffineQuantization {
  const FloatArray* scale;
  const IntArray* zeroPoint;
  std::int32_t dimension;
};

/// TfLiteQuantization; `parameters` is an AffineQuantization where `type` is kAffineQuantization.
struct Quantization {
  std::int32_t type;
  const void* parameters;
};
constexpr std::int32_t kAffineQuantization = 1;

/// TfLiteCustomAllocation.
struct CustomAllocation {
  void* data;
  std::size_t bytes;
};

/// TfLiteXNNPackDelegateOptions of 2.17 or newer: `num_threads` has been the first field in all of them, what
/// follows moved. The struct is filled by the library and grew to 56 bytes in 2.20; the rest is room for
/// versions to come.
struct alignas(8) XnnpackOptions {
  std::int32_t numThreads;
  unsigned char rest[508];
};

/// TfLiteXNNPackDelegateOptions of 2.20, for the fields whose place is known in that version alone.
struct XnnpackOptions220 {
  std::int32_t numThreads;
  std::uint32_t runtimeFlags;
  std::uint32_t flags;
  void* weightsCache;
  bool handleVariableOps;
  const char* weightCacheFilePath;
};

/// TfLiteExternalDelegateOptions, unchanged since it exists.
struct ExternalDelegateOptions {
  const char* libraryPath;
  int count;
  const char* keys[256];
  const char* values[256];
  Status (*insert)(ExternalDelegateOptions*, const char* key, const char* value);
};

using ErrorReporter = void (*)(void* user, const char* format, std::va_list arguments);

/// tflite::LogSeverity.
enum class LogSeverity : int { verbose = 0, info = 1, warning = 2, error = 3, silent = 4 };

}  // namespace edge::tflite::abi
