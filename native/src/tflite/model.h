#pragma once

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

 private:
  // The model refers to its bytes, and may report errors as long as it lives.
  ErrorLog log_;
  ModelContent content_;
  Owned<abi::Model> model_;
};

}  // namespace edge::tflite
