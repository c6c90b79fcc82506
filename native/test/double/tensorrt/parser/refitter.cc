#include <stdexcept>

#include "log.h"
#include "parser.h"

namespace edge::tensorrt_double {

bool ParserRefitter::fail(ErrorCode code, const std::string& reason) {
  log(logger_, Severity::kERROR, "ONNX refit failed: " + reason);
  errors_.push_back(std::make_unique<ParserError>(code, reason, -1, "", ""));
  return false;
}

bool ParserRefitter::onRefitFromBytes(void const* data, std::size_t bytes, char const* path) {
  const OwnCalls own;
  try {
    models_.push_back(readModel(data, bytes, path));
  } catch (const std::exception& error) {
    return fail(ErrorCode::kMODEL_DESERIALIZE_FAILED, error.what());
  }
  std::vector<const char*> names(static_cast<std::size_t>(refitter_.getAllWeights(0, nullptr)));
  refitter_.getAllWeights(static_cast<std::int32_t>(names.size()), names.data());
  for (const char* name : names) {
    const auto found = models_.back().initializers.find(name);
    if (found == models_.back().initializers.end()) {
      return fail(ErrorCode::kREFIT_FAILED, std::string("the model has no initializer ") + name);
    }
    const OnnxTensor& tensor = found->second;
    std::int64_t count = 1;
    for (const std::int64_t length : tensor.shape) count *= length;
    if (!refitter_.setNamedWeights(name, {tensor.type, tensor.bytes.data(), count})) {
      return fail(ErrorCode::kREFIT_FAILED, std::string("the refitter did not take ") + name);
    }
  }
  return true;
}

bool ParserRefitter::onRefitFromFile(char const* file) {
  try {
    const std::vector<std::uint8_t> content = readFile(file);
    return onRefitFromBytes(content.data(), content.size(), file);
  } catch (const std::runtime_error& error) {
    return fail(ErrorCode::kMODEL_DESERIALIZE_FAILED, error.what());
  }
}

IParserError const* ParserRefitter::onGetError(std::int32_t index) const {
  return index >= 0 && index < onGetNbErrors() ? errors_[static_cast<std::size_t>(index)].get() : nullptr;
}

}  // namespace edge::tensorrt_double
