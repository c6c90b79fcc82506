#include "napi/tensorrt_arguments.h"

#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "core/error.h"
#include "cuda/library.h"

namespace edge::js {
namespace {

template <typename Value>
struct Named {
  const char* name;
  Value value;
};

/// The value that one of a few words stands for.
template <typename Value, std::size_t Count>
Value oneOf(const Arguments& options, const char* key, const std::array<Named<Value>, Count>& words) {
  const std::string given = options.string(key);
  std::string expected;
  for (const Named<Value>& word : words) {
    if (given == word.name) return word.value;
    expected += (expected.empty() ? "" : ", ") + std::string(word.name);
  }
  throw Error(
      ErrorCode::INVALID_ARGUMENT,
      {std::string("the property ") + key + " is not what the addon needs", "one of " + expected, given, ""});
}

using tensorrt::CalibrationMethod;
using tensorrt::HardwareCompatibility;
using tensorrt::Precision;
using tensorrt::Transfer;

constexpr std::array<Named<Precision>, 5> kPrecisions{{{"fp32", Precision::fp32},
                                                       {"fp16", Precision::fp16},
                                                       {"bf16", Precision::bf16},
                                                       {"int8", Precision::int8},
                                                       {"best", Precision::best}}};
constexpr std::array<Named<HardwareCompatibility>, 3> kCompatibilities{
    {{"none", HardwareCompatibility::none},
     {"amperePlus", HardwareCompatibility::amperePlus},
     {"sameComputeCapability", HardwareCompatibility::sameComputeCapability}}};
constexpr std::array<Named<CalibrationMethod>, 2> kMethods{
    {{"entropy", CalibrationMethod::entropy}, {"minMax", CalibrationMethod::minMax}}};
constexpr std::array<Named<Transfer>, 3> kTransfers{
    {{"automatic", Transfer::automatic}, {"mapped", Transfer::mapped}, {"copied", Transfer::copied}}};

constexpr std::int64_t kMostWorkspace = 0x1000000000000;  // 256 TiB

std::vector<std::uint8_t> bytesOrNone(const Arguments& options, const char* key) {
  if (!options.has(key)) return {};
  const Napi::Uint8Array bytes = options.bytes(key);
  return {bytes.Data(), bytes.Data() + bytes.ByteLength()};
}

std::vector<std::int64_t> shapeOf(const Arguments& options, const char* key) {
  const Napi::Array array = options.array(key);
  std::vector<std::int64_t> shape;
  shape.reserve(array.Length());
  for (std::uint32_t i = 0; i < array.Length(); ++i)
    shape.push_back(integerOf(key, array.Get(i), 0, INT32_MAX));
  return shape;
}

tensorrt::Profile profileOf(const Napi::Value& value) {
  if (!value.IsArray()) {
    throw Error(ErrorCode::INVALID_ARGUMENT,
                {"an optimization profile is not what the addon needs", "an array", "", ""});
  }
  const auto array = value.As<Napi::Array>();
  tensorrt::Profile profile;
  for (std::uint32_t i = 0; i < array.Length(); ++i) {
    const Arguments shape(array.Get(i));
    profile.push_back(
        {shape.string("input"), shapeOf(shape, "min"), shapeOf(shape, "opt"), shapeOf(shape, "max")});
  }
  return profile;
}

}  // namespace

std::vector<LibraryCandidate> cudaCandidates(const Napi::Value& value) {
  std::vector<LibraryCandidate> candidates = libraryCandidates(value);
  return candidates.empty() ? cuda::Driver::standardPlaces() : candidates;
}

TensorRtLibraries tensorRtLibraries(const Arguments& options) {
  const Arguments libraries(options.any("libraries"));
  return {libraryCandidates(libraries.any("tensorrt")), cudaCandidates(libraries.any("cuda"))};
}

std::shared_ptr<const Buffer> bytesCopy(const Arguments& options, const char* key) {
  const Napi::Uint8Array bytes = options.bytes(key);
  auto copy = std::make_shared<Buffer>(bytes.ByteLength());
  if (bytes.ByteLength() != 0) std::memcpy(copy->data(), bytes.Data(), bytes.ByteLength());
  return copy;
}

tensorrt::BuildSettings buildSettings(const Arguments& options) {
  tensorrt::BuildSettings settings;
  settings.precision = oneOf(options, "precision", kPrecisions);
  settings.tf32 = options.boolean("tf32");
  if (options.has("workspaceBytes")) {
    settings.workspaceBytes = static_cast<std::size_t>(options.integer("workspaceBytes", 0, kMostWorkspace));
  }
  if (options.has("optimizationLevel")) {
    settings.optimizationLevel = static_cast<int>(options.integer("optimizationLevel", 0, 5));
  }
  const Napi::Array profiles = options.array("profiles");
  for (std::uint32_t i = 0; i < profiles.Length(); ++i)
    settings.profiles.push_back(profileOf(profiles.Get(i)));
  if (options.has("dla")) {
    const Arguments dla(options.any("dla"));
    settings.dla =
        tensorrt::DlaSettings{static_cast<int>(dla.integer("core", 0, 255)), dla.boolean("gpuFallback")};
  }
  settings.versionCompatible = options.boolean("versionCompatible");
  settings.hardwareCompatibility = oneOf(options, "hardwareCompatibility", kCompatibilities);
  settings.refittable = options.boolean("refittable");
  settings.detailedProfiling = options.boolean("detailedProfiling");
  settings.timingCache = bytesOrNone(options, "timingCache");
  return settings;
}

std::shared_ptr<tensorrt::CalibrationFeed> calibrationFeed(const Arguments& options) {
  if (!options.has("calibration")) return nullptr;
  const Arguments calibration(options.any("calibration"));
  return std::make_shared<tensorrt::CalibrationFeed>(oneOf(calibration, "method", kMethods),
                                                     bytesOrNone(calibration, "cache"));
}

tensorrt::CalibrationBatch calibrationBatch(const Napi::Value& value) {
  if (!value.IsObject()) {
    throw Error(ErrorCode::INVALID_ARGUMENT,
                {"a calibration batch is not what the addon needs", "an object", "", ""});
  }
  const auto object = value.As<Napi::Object>();
  const Napi::Array names = object.GetPropertyNames();
  tensorrt::CalibrationBatch batch;
  for (std::uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = names.Get(i).As<Napi::String>().Utf8Value();
    const Napi::Uint8Array bytes = bytesOf(name.c_str(), object.Get(name));
    batch.inputs.push_back({name, {bytes.Data(), bytes.Data() + bytes.ByteLength()}});
  }
  return batch;
}

tensorrt::RunSettings runSettings(const Arguments& options) {
  tensorrt::RunSettings settings;
  settings.transfer = oneOf(options, "transfer", kTransfers);
  settings.graph = options.boolean("graph");
  settings.profileLayers = options.boolean("profileLayers");
  settings.waitAsleep = options.boolean("waitAsleep");
  settings.pictures = options.boolean("pictures");
  return settings;
}

}  // namespace edge::js
