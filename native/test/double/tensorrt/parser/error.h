#pragma once

#include <string>
#include <utility>

#include "stubs.h"

namespace edge::tensorrt_double {

// TensorRT itself has another one.
using nvonnxparser::ErrorCode;

class ParserError final : public IParserError {
 public:
  ParserError(ErrorCode code, std::string reason, int node, std::string name, std::string op)
      : code_(code), reason_(std::move(reason)), node_(node), name_(std::move(name)), op_(std::move(op)) {}

  ErrorCode code() const override { return code_; }
  char const* desc() const override { return reason_.c_str(); }
  char const* file() const override { return "convert.cc"; }
  int line() const override { return 1; }
  char const* func() const override { return "parseNode"; }
  int node() const override { return node_; }
  char const* nodeName() const override { return name_.c_str(); }
  char const* nodeOperator() const override { return op_.c_str(); }
  char const* const* localFunctionStack() const override { return nullptr; }
  std::int32_t localFunctionStackSize() const override { return 0; }

 private:
  ErrorCode code_;
  std::string reason_;
  int node_;
  std::string name_;
  std::string op_;
};

}  // namespace edge::tensorrt_double
