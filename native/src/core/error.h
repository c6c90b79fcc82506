#pragma once

#include <exception>
#include <string>

#include "error_codes.h"  // generated from packages/errors/codes.json

namespace edge {

/// What an error tells besides its code; empty parts are left out.
struct ErrorText {
  std::string summary;   ///< What went wrong, one sentence without a full stop.
  std::string expected;  ///< What would have been right.
  std::string found;     ///< What was there instead.
  std::string remedy;    ///< What to do about it.
};

/// Every failure that the core reports on purpose. The JavaScript side makes an EdgeError of it.
class Error : public std::exception {
 public:
  Error(ErrorCode code, ErrorText text) : code_(code), text_(std::move(text)) {}

  ErrorCode code() const noexcept { return code_; }
  const ErrorText& text() const noexcept { return text_; }
  const char* what() const noexcept override { return text_.summary.c_str(); }

 private:
  ErrorCode code_;
  ErrorText text_;
};

/// The exception being handled, as an Error: to be called in a `catch (...)` block.
Error currentError();

}  // namespace edge
