#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "core/session.h"

namespace edge::js {

/// An object that came from JavaScript, read with checks. Every getter throws Error INVALID_ARGUMENT that
/// names the property.
class Arguments {
 public:
  /// @param value what was passed, which need not be an object.
  explicit Arguments(const Napi::Value& value);

  Napi::Value any(const char* key) const;
  std::string string(const char* key) const;
  bool boolean(const char* key) const;
  double number(const char* key) const;
  /// A whole number in a range, both ends included.
  std::int64_t integer(const char* key, std::int64_t least, std::int64_t most) const;
  std::vector<double> numbers(const char* key, std::size_t count) const;
  Napi::Array array(const char* key) const;
  Napi::Uint8Array bytes(const char* key) const;
  bool has(const char* key) const;

 private:
  Napi::Object object_;
};

/// A Uint8Array. Its memory is good until JavaScript runs again. Throws Error INVALID_ARGUMENT that names the
/// key.
Napi::Uint8Array bytesOf(const char* key, const Napi::Value& value);

/// A whole number in a range, both ends included. Throws Error INVALID_ARGUMENT that names the key.
std::int64_t integerOf(const char* key, const Napi::Value& value, std::int64_t least, std::int64_t most);

/// `InputShape[]` of lib/surface.ts.
std::vector<InputShape> inputShapes(const Napi::Value& value);

/// A list of places where a library may lie.
std::vector<LibraryCandidate> libraryCandidates(const Napi::Value& value);

}  // namespace edge::js
