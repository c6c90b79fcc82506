#pragma once

#include <memory>

#include "tflite/library.h"

namespace edge::tflite {

/// Gives objects of the library back to it.
struct Deleter {
  const Library* library = nullptr;

  void operator()(abi::Model* model) const noexcept { library->ModelDelete(model); }
  void operator()(abi::InterpreterOptions* options) const noexcept {
    library->InterpreterOptionsDelete(options);
  }
  void operator()(abi::Interpreter* interpreter) const noexcept { library->InterpreterDelete(interpreter); }
  void operator()(abi::SignatureRunner* runner) const noexcept { library->SignatureRunnerDelete(runner); }
};

/// An object of the library.
template <typename Object>
using Owned = std::unique_ptr<Object, Deleter>;

}  // namespace edge::tflite
