#include "napi/js_error.h"

namespace edge::js {
namespace {

napi_value string(napi_env env, const std::string& text) noexcept {
  napi_value value = nullptr;
  return napi_create_string_utf8(env, text.c_str(), text.size(), &value) == napi_ok ? value : nullptr;
}

void setText(napi_env env, napi_value error, const char* key, const std::string& text) noexcept {
  if (text.empty()) return;
  const napi_value value = string(env, text);
  if (value != nullptr) static_cast<void>(napi_set_named_property(env, error, key, value));
}

}  // namespace

napi_value createError(napi_env env, const Error& error) noexcept {
  const napi_value code = string(env, name(error.code()));
  const napi_value message = string(env, error.text().summary);
  napi_value created = nullptr;
  if (code == nullptr || message == nullptr || napi_create_error(env, code, message, &created) != napi_ok)
    return nullptr;
  setText(env, created, "expected", error.text().expected);
  setText(env, created, "found", error.text().found);
  setText(env, created, "remedy", error.text().remedy);
  return created;
}

}  // namespace edge::js
