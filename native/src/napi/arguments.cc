#include "napi/arguments.h"

#include <cmath>
#include <utility>

#include "core/error.h"

namespace edge::js {
namespace {

Error wrong(const char* key, const std::string& expected) {
  return {ErrorCode::INVALID_ARGUMENT,
          {std::string("the property ") + key + " is not what the addon needs", expected, "", ""}};
}

}  // namespace

Arguments::Arguments(const Napi::Value& value) {
  if (!value.IsObject())
    throw Error(ErrorCode::INVALID_ARGUMENT, {"the addon was called without an object", "an object", "", ""});
  object_ = value.As<Napi::Object>();
}

Napi::Value Arguments::any(const char* key) const {
  return object_.Get(key);
}

bool Arguments::has(const char* key) const {
  return !any(key).IsUndefined();
}

std::string Arguments::string(const char* key) const {
  const Napi::Value value = any(key);
  if (!value.IsString()) throw wrong(key, "a string");
  std::string text = value.As<Napi::String>().Utf8Value();
  if (text.find('\0') != std::string::npos) throw wrong(key, "a string without NUL");
  return text;
}

bool Arguments::boolean(const char* key) const {
  const Napi::Value value = any(key);
  if (!value.IsBoolean()) throw wrong(key, "a boolean");
  return value.As<Napi::Boolean>();
}

double Arguments::number(const char* key) const {
  const Napi::Value value = any(key);
  if (!value.IsNumber()) throw wrong(key, "a number");
  return value.As<Napi::Number>().DoubleValue();
}

std::int64_t Arguments::integer(const char* key, std::int64_t least, std::int64_t most) const {
  return integerOf(key, any(key), least, most);
}

std::vector<double> Arguments::numbers(const char* key, std::size_t count) const {
  const Napi::Value value = any(key);
  const std::string expected = std::to_string(count) + " numbers";
  if (!value.IsArray() || value.As<Napi::Array>().Length() != count) throw wrong(key, expected);
  std::vector<double> numbers;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Napi::Value item = value.As<Napi::Array>().Get(i);
    if (!item.IsNumber() || !std::isfinite(item.As<Napi::Number>().DoubleValue())) throw wrong(key, expected);
    numbers.push_back(item.As<Napi::Number>().DoubleValue());
  }
  return numbers;
}

Napi::Array Arguments::array(const char* key) const {
  const Napi::Value value = any(key);
  if (!value.IsArray()) throw wrong(key, "an array");
  return value.As<Napi::Array>();
}

Napi::Uint8Array Arguments::bytes(const char* key) const {
  return bytesOf(key, any(key));
}

Napi::Uint8Array bytesOf(const char* key, const Napi::Value& value) {
  if (!value.IsTypedArray()) throw wrong(key, "a Uint8Array");
  const napi_typedarray_type type = value.As<Napi::TypedArray>().TypedArrayType();
  if (type != napi_uint8_array && type != napi_uint8_clamped_array) throw wrong(key, "a Uint8Array");
  return value.As<Napi::Uint8Array>();
}

std::int64_t integerOf(const char* key, const Napi::Value& value, std::int64_t least, std::int64_t most) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (!(number >= static_cast<double>(least) && number <= static_cast<double>(most)) ||
      std::floor(number) != number) {
    throw wrong(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return static_cast<std::int64_t>(number);
}

std::vector<InputShape> inputShapes(const Napi::Value& value) {
  if (!value.IsArray()) throw wrong("shapes", "an array");
  const auto array = value.As<Napi::Array>();
  std::vector<InputShape> shapes;
  for (std::uint32_t i = 0; i < array.Length(); ++i) {
    const Arguments item(array.Get(i));
    InputShape shape;
    shape.input = static_cast<std::size_t>(item.integer("input", 0, INT32_MAX));
    const Napi::Value dims = item.any("shape");
    if (!dims.IsArray()) throw wrong("shape", "an array of whole numbers");
    for (std::uint32_t d = 0; d < dims.As<Napi::Array>().Length(); ++d) {
      shape.shape.push_back(integerOf("shape", dims.As<Napi::Array>().Get(d), 0, INT32_MAX));
    }
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

std::vector<LibraryCandidate> libraryCandidates(const Napi::Value& value) {
  if (!value.IsArray()) throw wrong("libraries", "an array");
  const auto array = value.As<Napi::Array>();
  std::vector<LibraryCandidate> candidates;
  for (std::uint32_t i = 0; i < array.Length(); ++i) {
    const Arguments item(array.Get(i));
    LibraryCandidate candidate{item.string("path"), item.string("origin")};
    // To dlopen, an empty path is the running program.
    if (candidate.path.empty()) throw wrong("path", "a path that is not empty");
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace edge::js
