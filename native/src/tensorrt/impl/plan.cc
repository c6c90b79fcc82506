#include "tensorrt/impl/plan.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string>

#include "core/error.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

// What trtexec --getPlanVersionOnly reads: a tag, the number of the serialization's format, and, in format 0,
// the version's four parts in a byte each.
constexpr char kTag[4] = {'f', 't', 'r', 't'};
constexpr std::size_t kFormatAt = 4;
constexpr std::size_t kVersionAt = 24;
constexpr std::size_t kHeaderBytes = 28;

bool hasTag(const void* plan, std::size_t bytes) noexcept {
  return bytes >= sizeof(kTag) && std::memcmp(plan, kTag, sizeof(kTag)) == 0;
}

std::string lowerCase(std::string words) {
  std::transform(words.begin(), words.end(), words.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return words;
}

bool saysAnyOf(const std::string& words, std::initializer_list<const char*> wanted) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const char* word) { return words.find(word) != std::string::npos; });
}

bool same(const Version& one, const Version& other) {
  return one.major == other.major && one.minor == other.minor && one.patch == other.patch &&
         one.build == other.build;
}

Error notAnEngine(const void* plan, std::size_t bytes, std::string words) {
  const auto* first = static_cast<const unsigned char*>(plan);
  // Ultralytics puts a description in JSON, and its length, before the engine.
  const bool described = bytes > kHeaderBytes && first[4] == '{';
  return {
      ErrorCode::MODEL_INVALID,
      {"the file is not a serialized TensorRT engine", "an engine that begins with \"ftrt\"",
       described ? "a JSON text before the engine" : std::move(words),
       described ? "Export the engine without metadata, or build it from the ONNX file with edge-trt build."
                 : "Build the engine from its ONNX file with edge-trt build."}};
}

/// Of an engine that TensorRT would have taken, had it known what makes one of its layers.
Error withoutPlugin(std::string words) {
  const std::string told = takeMissingPlugin();
  if (!told.empty() && words.find(told) == std::string::npos) words = told + "; " + words;
  return {
      ErrorCode::MODEL_UNSUPPORTED,
      {"the engine has a plugin that is not in this process",
       "an engine of TensorRT's own layers, or one that brings its plugins along", std::move(words),
       "Build it again from a model without that operator; or with the plugin's library inside (trtexec "
       "--versionCompatible --setPluginsToSerialize), and open it with tensorrt: { allowHostCode: true } if "
       "you trust where it comes from; or start the program with a library in LD_PRELOAD that registers the "
       "plugin as it is loaded, which libnvinfer_plugin does not."}};
}

}  // namespace

std::optional<Version> versionOf(const void* plan, std::size_t bytes) noexcept {
  if (!hasTag(plan, bytes) || bytes < kHeaderBytes) return {};
  const auto* first = static_cast<const std::uint8_t*>(plan);
  std::uint32_t format = 0;
  std::memcpy(&format, first + kFormatAt, sizeof(format));
  if (format != 0) return {};
  const Version version{first[kVersionAt], first[kVersionAt + 1], first[kVersionAt + 2],
                        first[kVersionAt + 3]};
  if (version.major < 5)
    return {};  // before the first that has serialized engines of this kind: not a version
  return version;
}

Error refusal(const void* plan, std::size_t bytes, bool hostCodeAllowed, const Version& here, Log& log) {
  Error error =
      failure(ErrorCode::ENGINE_INCOMPATIBLE, "TensorRT " + text(here) + " does not take the engine", log,
              "Build it again from its ONNX file, on this device.");
  if (error.code() == ErrorCode::OUT_OF_MEMORY) return error;
  const std::string words = error.text().found;
  if (!hasTag(plan, bytes)) return notAnEngine(plan, bytes, words);
  const std::optional<Version> maker = versionOf(plan, bytes);
  ErrorText told = error.text();
  const std::string lower = lowerCase(words);
  if (!hostCodeAllowed && saysAnyOf(lower, {"host code", "hostcode"})) {
    told.expected = "an engine without code for the processor";
    told.remedy =
        "If you trust where the engine comes from, open it with tensorrt: { allowHostCode: true }: the code "
        "in it then runs in this process.";
    return {ErrorCode::ENGINE_INCOMPATIBLE, told};
  }
  if (saysAnyOf(lower, {"plugin"})) return withoutPlugin(words);
  if (maker && !same(*maker, here)) {
    told.expected = "an engine made by TensorRT " + text(here);
    told.found = "one made by TensorRT " + text(*maker) + ": " + words;
    told.remedy = "Build it again from its ONNX file, on this device";
    told.remedy += maker->major != here.major
                       ? "."
                       : "; or build it as version compatible, which engines of the same major version of "
                         "TensorRT can be.";
    return {ErrorCode::ENGINE_INCOMPATIBLE, told};
  }
  if (saysAnyOf(lower, {"version", "compatible", "compute capability", "device", "gpu", "platform",
                        "hardware", "sm "})) {
    told.expected = "an engine made by TensorRT " + text(here) + " on a GPU like this one";
    return {ErrorCode::ENGINE_INCOMPATIBLE, told};
  }
  told.expected = "a whole engine";
  told.remedy = "Copy it again if it was transferred, or build it again from its ONNX file.";
  return {ErrorCode::MODEL_INVALID, told};
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
