#pragma once

#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tflite/abi.h"

/// What stands behind the ABI's opaque types in the double; see tflite_double.cc.
namespace edge::tflite_double {

inline std::atomic<int> liveObjects{0};

struct Live {
  Live() { ++liveObjects; }
  ~Live() { --liveObjects; }
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;
};

struct Reporter {
  edge::tflite::abi::ErrorReporter function = nullptr;
  void* user = nullptr;

  void operator()(const char* format, ...) const {
    if (function == nullptr) return;
    std::va_list arguments;
    va_start(arguments, format);
    function(user, format, arguments);
    va_end(arguments);
  }
};

inline std::size_t elementBytes(edge::tflite::abi::Type type) {
  switch (type) {
    case edge::tflite::abi::Type::float32:
    case edge::tflite::abi::Type::int32:
      return 4;
    case edge::tflite::abi::Type::int64:
    case edge::tflite::abi::Type::float64:
      return 8;
    default:
      return 1;
  }
}

}  // namespace edge::tflite_double

namespace edge::tflite::abi {

struct Tensor {
  std::string name;
  Type type = Type::float32;
  std::vector<int> shape;
  std::vector<int> signature;
  AllocationType allocation = AllocationType::arena;
  QuantizationParams quantization{0, 0};
  std::vector<float> channelScales;
  std::vector<unsigned char> arena;
  void* data = nullptr;
  // Planned in the middle of a run.
  bool late = false;

  std::size_t bytes() const {
    std::size_t count = tflite_double::elementBytes(type);
    for (const int dimension : shape) count *= static_cast<std::size_t>(dimension);
    return count;
  }
};

struct SignatureText {
  std::string key;
  bool own = false;
  std::vector<std::pair<std::string, int>> inputs;
  std::vector<std::pair<std::string, int>> outputs;
};

struct Model {
  std::vector<SignatureText> signatures;
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
  bool alias = false;
  int delayMs = 0;
  std::string fail;
  tflite_double::Live live;
};

struct InterpreterOptions {
  tflite_double::Reporter reporter;
  tflite_double::Live live;
};

struct Delegate {
  tflite_double::Live live;
};

struct Interpreter {
  const Model* model = nullptr;
  mutable std::atomic<bool> cancelled{false};
  std::vector<Tensor> tensors;
  std::vector<int> inputs;
  std::vector<int> outputs;
  int delayMs = 0;
  std::string fail;
  tflite_double::Reporter reporter;
  tflite_double::Live live;

  bool failsAt(const char* step) const {
    if (fail != step) return false;
    reporter("the double fails at %s", step);
    return true;
  }
};

/// A signature; with a graph of its own, that is an interpreter of the same model.
struct SignatureRunner {
  const SignatureText* text = nullptr;
  Interpreter* graph = nullptr;
  std::unique_ptr<Interpreter> own;
  tflite_double::Live live;
};

}  // namespace edge::tflite::abi
