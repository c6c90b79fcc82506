#include "parser.h"

#include <stdexcept>

#include "convert.h"
#include "log.h"

namespace edge::tensorrt_double {

namespace {

const char* name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMODEL_DESERIALIZE_FAILED:
      return "MODEL_DESERIALIZE_FAILED";
    case ErrorCode::kUNSUPPORTED_NODE:
      return "UNSUPPORTED_NODE";
    case ErrorCode::kINVALID_NODE:
      return "INVALID_NODE";
    default:
      return "INVALID_GRAPH";
  }
}

}  // namespace

void Parser::fail(ErrorCode code, const std::string& reason, int index, const OnnxNode& node) {
  log(logger_, Severity::kERROR,
      "In node " + std::to_string(index) + " with name: " + node.name + " and operator: " + node.op +
          " (parseNode): " + name(code) + ": " + reason);
  errors_.push_back(std::make_unique<ParserError>(code, reason, index, node.name, node.op));
}

bool Parser::onParse(void const* data, std::size_t bytes, char const* path) {
  const OwnCalls own;
  try {
    models_.push_back(readModel(data, bytes, path));
  } catch (const std::exception& error) {
    fail(ErrorCode::kMODEL_DESERIALIZE_FAILED, std::string("Failed to parse the ONNX model: ") + error.what(),
         -1, {});
    return false;
  }
  const OnnxModel& model = models_.back();
  const std::size_t before = errors_.size();
  // All nodes that cannot be taken, not only the first.
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const OnnxNode& node = model.nodes[i];
    if (isSupported(node.op)) continue;
    fail(ErrorCode::kUNSUPPORTED_NODE,
         "Plugin not found, are the plugin name, version, and namespace correct?", static_cast<int>(i), node);
  }
  if (errors_.size() > before) return false;

  Conversion conversion(model, network_);
  std::size_t at = 0;
  try {
    conversion.addInputs();
    for (; at < model.nodes.size(); ++at) conversion.addNode(model.nodes[at]);
    conversion.markOutputs();
  } catch (const std::exception& error) {
    const bool inNode = at < model.nodes.size();
    fail(inNode ? ErrorCode::kINVALID_NODE : ErrorCode::kINVALID_GRAPH, error.what(),
         inNode ? static_cast<int>(at) : -1, inNode ? model.nodes[at] : OnnxNode{});
    return false;
  }
  return true;
}

bool Parser::onParseFromFile(char const* file, int) {
  std::vector<std::uint8_t> content;
  try {
    content = readFile(file);
  } catch (const std::runtime_error& error) {
    fail(ErrorCode::kMODEL_DESERIALIZE_FAILED, error.what(), -1, {});
    return false;
  }
  return onParse(content.data(), content.size(), file);
}

bool Parser::onSupportsOperator(char const* op) const {
  return isSupported(op);
}

IParserError const* Parser::onGetError(int index) const {
  return index >= 0 && index < onGetNbErrors() ? errors_[static_cast<std::size_t>(index)].get() : nullptr;
}

}  // namespace edge::tensorrt_double
