#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <variant>

#include "core/buffer.h"
#include "tflite/deleter.h"
#include "tflite/error_log.h"
#include "tflite/library.h"

namespace edge::tflite {

/// A model's path, or the bytes of the file.
using ModelContent = std::variant<std::string, std::shared_ptr<const Buffer>>;

/// A model file in memory, mapped or copied. Interpreters share it.
class Model {
 public:
  /// @throws Error MODEL_INVALID.
  Model(const Library& library, ModelContent content);

  const abi::Model* get() const noexcept { return model_.get(); }
  /// Size of the file.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  // The model refers to its bytes, and may report errors as long as it lives.
  ErrorLog log_;
  ModelContent content_;
  std::size_t bytes_ = 0;
  Owned<abi::Model> model_;
};

}  // namespace edge::tflite
