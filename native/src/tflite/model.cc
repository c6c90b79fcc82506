#include "tflite/model.h"

#include <sys/stat.h>

#include <utility>

#include "core/error.h"

namespace edge::tflite {

Model::Model(const Library& library, ModelContent content)
    : content_(std::move(content)), model_(nullptr, Deleter{&library}) {
  if (const auto* path = std::get_if<std::string>(&content_)) {
    struct stat status{};
    if (stat(path->c_str(), &status) == 0) bytes_ = static_cast<std::size_t>(status.st_size);
    model_.reset(library.ModelCreateFromFileWithErrorReporter(path->c_str(), &ErrorLog::report, &log_));
  } else {
    const auto& bytes = std::get<std::shared_ptr<const Buffer>>(content_);
    bytes_ = bytes->bytes();
    model_.reset(
        library.ModelCreateWithErrorReporter(bytes->data(), bytes->bytes(), &ErrorLog::report, &log_));
  }
  if (model_ == nullptr) {
    const auto* path = std::get_if<std::string>(&content_);
    throw Error(ErrorCode::MODEL_INVALID,
                {"TensorFlow Lite refuses the model" + (path != nullptr ? " " + *path : ""),
                 "a complete .tflite file", log_.takeOrSilence(), "Copy or download the model again."});
  }
}

}  // namespace edge::tflite
