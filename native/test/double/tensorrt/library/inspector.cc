#include "inspector.h"

namespace edge::tensorrt_double {

namespace {

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char character : text) {
    if (character == '"' || character == '\\') result += '\\';
    result += character;
  }
  return result + '"';
}

}  // namespace

std::string Inspector::layer(const Node& node, LayerInformationFormat format) const {
  if (format == LayerInformationFormat::kONELINE) return node.name;
  if (static_cast<ProfilingVerbosity>(plan_.verbosity) != ProfilingVerbosity::kDETAILED)
    return quoted(node.name);
  const TensorInfo& output = plan_.tensors[static_cast<std::size_t>(node.output)];
  return R"({"Name": )" + quoted(node.name) + R"(, "LayerType": )" + quoted(name(node.op)) +
         R"(, "Outputs": [{"Name": )" + quoted(output.name) + R"(, "Dimensions": )" + text(output.shape) +
         "}]}";
}

char const* Inspector::onGetLayerInformation(std::int32_t index, LayerInformationFormat format) const {
  if (index < 0 || static_cast<std::size_t>(index) >= plan_.nodes.size()) return nullptr;
  text_ = layer(plan_.nodes[static_cast<std::size_t>(index)], format);
  return text_.c_str();
}

char const* Inspector::onGetEngineInformation(LayerInformationFormat format) const {
  const bool json = format == LayerInformationFormat::kJSON;
  const bool silent = static_cast<ProfilingVerbosity>(plan_.verbosity) == ProfilingVerbosity::kNONE;
  std::string layers;
  for (const Node& node : plan_.nodes) {
    if (silent) break;
    if (!layers.empty()) layers += json ? ", " : "\n";
    layers += layer(node, format);
  }
  std::string bindings;
  for (const TensorInfo* tensor : plan_.io())
    bindings += (bindings.empty() ? "" : ", ") + quoted(tensor->name);
  text_ = json ? "{\"Layers\": [" + layers + "], \"Bindings\": [" + bindings + "]}" : layers;
  return text_.c_str();
}

}  // namespace edge::tensorrt_double
