#include "tensorrt/impl/parser.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "core/error.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

using nvonnxparser::IParserError;

// A model from elsewhere can have an error for each of a thousand nodes.
constexpr std::size_t kMostBytes = 16384;
constexpr std::size_t kMostKinds = 256;

std::string text(const char* words) {
  return words != nullptr ? words : "";
}

ParserProblem problemOf(const IParserError& error) {
  ParserProblem problem{text(error.nodeName()), text(error.nodeOperator()), text(error.desc())};
  if (problem.node.empty() && error.node() >= 0) problem.node = "number " + std::to_string(error.node());
  // Where in the parser's source: what one searches its list of known problems for.
  const std::string file = text(error.file());
  const std::string function = text(error.func());
  if (!file.empty()) {
    problem.reason +=
        " (" + (function.empty() ? "" : function + ", ") + file + ":" + std::to_string(error.line()) + ")";
  }
  return problem;
}

std::string describe(const ParserProblem& problem) {
  std::string words;
  if (!problem.node.empty()) words += "node \"" + problem.node + "\"";
  if (!problem.op.empty()) words += (words.empty() ? "a node of " : " of ") + problem.op;
  if (!words.empty()) words += ": ";
  return words + (problem.reason.empty() ? "no reason given" : problem.reason);
}

/// Nodes that fail alike: of one kind, and for reasons that differ in names and numbers alone.
struct Alike {
  std::string kind;
  std::string first;  ///< In words.
  int nodes = 0;
};

std::string kindOf(const ParserProblem& problem) {
  std::string kind = problem.reason;
  for (std::size_t at = 0; !problem.node.empty() && (at = kind.find(problem.node, at)) != std::string::npos;)
    kind.erase(at, problem.node.size());
  kind.erase(std::remove_if(kind.begin(), kind.end(), [](unsigned char c) { return std::isdigit(c) != 0; }),
             kind.end());
  return problem.op + '\n' + kind;
}

void add(std::vector<Alike>& all, const ParserProblem& problem) {
  std::string kind = kindOf(problem);
  const auto known = std::find_if(all.begin(), all.end(), [&](const Alike& one) { return one.kind == kind; });
  if (known == all.end()) {
    all.push_back({std::move(kind), describe(problem), 1});
  } else {
    ++known->nodes;
  }
}

std::string describe(const std::vector<Alike>& all) {
  std::string words;
  std::size_t told = 0;
  for (; told < all.size() && words.size() < kMostBytes; ++told) {
    const auto& [kind, first, nodes] = all[told];
    words += (words.empty() ? "" : "; ") + first;
    if (nodes > 1) words += ", and " + std::to_string(nodes - 1) + " more nodes like it";
  }
  if (words.size() > kMostBytes) words.resize(kMostBytes);
  if (told < all.size()) words += "; and " + std::to_string(all.size() - told) + " more";
  return words;
}

std::string remedyFor(bool readable, const OnnxContent& model) {
  if (!readable) return "Export the model again, or copy it again if it was transferred.";
  std::string remedy =
      "Export the model with other operators or another opset, simplify it (onnxsim), or run it with another "
      "backend.";
  if (model.path.empty()) {
    remedy += " Weights in files of their own are found only where the model is opened by its path.";
  }
  return remedy;
}

}  // namespace

template <typename Teller>
Error parserError(const Teller& teller, const OnnxContent& model, std::string summary, Log& log) {
  const std::int32_t count = teller.getNbErrors();
  std::vector<Alike> all;
  bool readable = true;
  bool memory = false;
  for (std::int32_t i = 0; i < count && all.size() < kMostKinds; ++i) {
    const IParserError* error = teller.getError(i);
    if (error == nullptr) continue;
    readable = readable && error->code() != nvonnxparser::ErrorCode::kMODEL_DESERIALIZE_FAILED;
    memory = memory || error->code() == nvonnxparser::ErrorCode::kMEM_ALLOC_FAILED;
    add(all, problemOf(*error));
  }
  std::string found = describe(all);
  if (found.empty()) found = log.takeErrorsOrSilence();
  const ErrorCode code = memory     ? ErrorCode::OUT_OF_MEMORY
                         : readable ? ErrorCode::MODEL_UNSUPPORTED
                                    : ErrorCode::MODEL_INVALID;
  return {code,
          {std::move(summary), readable ? "operators and types that it has" : "a model in the ONNX format",
           std::move(found), remedyFor(readable, model)}};
}

template Error parserError(const nvonnxparser::IParser&, const OnnxContent&, std::string, Log&);
template Error parserError(const nvonnxparser::IParserRefitter&, const OnnxContent&, std::string, Log&);

Owned<nvonnxparser::IParser> parse(const EntryPoints& entryPoints, const OnnxContent& model,
                                   nvinfer1::INetworkDefinition& network, Log& log) {
  if (entryPoints.createParser == nullptr) {
    throw Error(ErrorCode::LIBRARY_NOT_FOUND,
                {"TensorRT's ONNX parser could not be loaded",
                 "libnvonnxparser.so." + std::to_string(entryPoints.version.major), entryPoints.parserMissing,
                 "Install it (libnvonnxparsers" + std::to_string(entryPoints.version.major) +
                     " on Ubuntu and JetPack), or open an engine that is built already."});
  }
  if (model.bytes == nullptr || model.bytes->bytes() == 0) {
    throw Error(ErrorCode::MODEL_INVALID,
                {"the model is empty", "a model in the ONNX format", "no bytes", ""});
  }
  auto parser = owned<nvonnxparser::IParser>(
      reinterpret_cast<CreateForObject>(entryPoints.createParser)(&network, &log, NV_ONNX_PARSER_VERSION));
  if (parser == nullptr)
    throw failure(ErrorCode::ENGINE_BUILD_FAILED, "TensorRT could not make an ONNX parser", log);
  const char* path = model.path.empty() ? nullptr : model.path.c_str();
  if (!parser->parse(model.bytes->data(), model.bytes->bytes(), path)) {
    throw parserError(*parser, model, "TensorRT " + text(entryPoints.version) + " cannot read the ONNX model",
                      log);
  }
  return parser;
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
