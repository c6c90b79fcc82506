#pragma once

#include <atomic>
#include <map>
#include <string>

#include "arithmetic.h"
#include "engine.h"

namespace edge::tensorrt_double {

struct Launch {
  const Engine* engine = nullptr;
  std::map<std::int32_t, Shape> inputShapes;
  std::map<std::int32_t, const void*> inputs;
  std::map<std::int32_t, void*> outputs;
  bool captured = false;  ///< A graph may repeat it for as long as the context lives.
  std::atomic<bool> done{false};

  /// Reads the inputs and computes everything.
  std::map<std::int32_t, Value> compute() const;
  /// Writes the outputs.
  void write(const std::map<std::int32_t, Value>& values) const;
  /// Both, as a stream calls it.
  static void run(void* launch);
};

}  // namespace edge::tensorrt_double
