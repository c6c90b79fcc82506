#pragma once

#include <list>
#include <memory>

#include "error.h"
#include "model.h"

namespace edge::tensorrt_double {

class Parser final : public ParserStub {
 public:
  Parser(INetworkDefinition& network, ILogger* logger) : network_(network), logger_(logger) {}

  bool onParse(void const* data, std::size_t bytes, char const* path) override;
  bool onParseFromFile(char const* file, int verbosity) override;
  bool onSupportsOperator(char const* op) const override;
  int onGetNbErrors() const override { return static_cast<int>(errors_.size()); }
  IParserError const* onGetError(int index) const override;
  void onClearErrors() override { errors_.clear(); }
  char const* const* onGetUsedVCPluginLibraries(std::int64_t& count) const override {
    count = 0;
    return nullptr;
  }
  void onSetFlags(OnnxParserFlags flags) override { flags_ = flags; }
  OnnxParserFlags onGetFlags() const override { return flags_; }
  void onClearFlag(OnnxParserFlag flag) override { flags_ &= ~(1U << static_cast<unsigned>(flag)); }
  void onSetFlag(OnnxParserFlag flag) override { flags_ |= 1U << static_cast<unsigned>(flag); }
  bool onGetFlag(OnnxParserFlag flag) const override {
    return (flags_ >> static_cast<unsigned>(flag) & 1U) != 0;
  }

 private:
  void fail(ErrorCode code, const std::string& reason, int index, const OnnxNode& node);

  INetworkDefinition& network_;
  ILogger* logger_;
  OnnxParserFlags flags_ = 1U;
  std::vector<std::unique_ptr<ParserError>> errors_;
  /// Networks do not copy weights: they are here until the parser ends, as with the real one.
  std::list<OnnxModel> models_;
};

class ParserRefitter final : public ParserRefitterStub {
 public:
  ParserRefitter(IRefitter& refitter, ILogger* logger) : refitter_(refitter), logger_(logger) {}

  bool onRefitFromBytes(void const* data, std::size_t bytes, char const* path) override;
  bool onRefitFromFile(char const* file) override;
  std::int32_t onGetNbErrors() const override { return static_cast<std::int32_t>(errors_.size()); }
  IParserError const* onGetError(std::int32_t index) const override;
  void onClearErrors() override { errors_.clear(); }

 private:
  bool fail(ErrorCode code, const std::string& reason);

  IRefitter& refitter_;
  ILogger* logger_;
  std::vector<std::unique_ptr<ParserError>> errors_;
  std::list<OnnxModel> models_;
};

}  // namespace edge::tensorrt_double
