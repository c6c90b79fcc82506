#include "calibration.h"

#if NV_TENSORRT_MAJOR < 11

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <sstream>

#include "arithmetic.h"
#include "log.h"
#include "numbers.h"

namespace edge::tensorrt_double {

namespace {

std::string title(IInt8Calibrator& calibrator) {
  const Version here = version();
  const char* algorithm = calibrator.getAlgorithm() == CalibrationAlgoType::kMINMAX_CALIBRATION
                              ? "MinMaxCalibration"
                              : "EntropyCalibration2";
  return "TRT-" + std::to_string(here.major * 10000 + here.minor * 100 + here.patch) + "-" + algorithm;
}

/// A line for each tensor: its name, and the bits of its scale in hexadecimal, as in TensorRT's own files.
std::string cacheText(const std::string& title, const std::map<std::string, float>& ranges) {
  std::string content = title + "\n";
  for (const auto& [tensor, range] : ranges) {
    const float scale = range / 127;
    std::uint32_t bits = 0;
    std::memcpy(&bits, &scale, sizeof bits);
    char hexadecimal[16];
    std::snprintf(hexadecimal, sizeof hexadecimal, "%08x", bits);
    content += tensor + ": " + hexadecimal + "\n";
  }
  return content;
}

bool readCache(const std::string& content, const std::string& title, std::map<std::string, float>& ranges) {
  std::istringstream lines(content);
  std::string line;
  if (!std::getline(lines, line) || line != title) return false;
  while (std::getline(lines, line)) {
    const std::size_t colon = line.rfind(": ");
    if (colon == std::string::npos) return false;
    const auto bits = static_cast<std::uint32_t>(std::strtoul(line.c_str() + colon + 2, nullptr, 16));
    float scale = 0;
    std::memcpy(&scale, &bits, sizeof scale);
    ranges[line.substr(0, colon)] = scale * 127;
  }
  return true;
}

/// The shapes of the inputs in a batch: the calibration profile's, or the first profile's, or the network's
/// own.
Shape batchShape(const TensorInfo& input, const BuilderConfig& config) {
  const ProfileShapes& shapes = !config.calibrationProfile.empty() ? config.calibrationProfile
                                : !config.profiles.empty()         ? config.profiles.front()
                                                                   : ProfileShapes{};
  const auto found = shapes.find(input.name);
  return found == shapes.end() ? input.shape : found->second[1];
}

}  // namespace

bool calibrate(Plan& plan, const BuilderConfig& config) {
  IInt8Calibrator& calibrator = *config.calibrator;
  if (!config.profiles.empty() && config.calibrationProfile.empty()) {
    log(config.logger, Severity::kWARNING,
        "Calibration Profile is not defined. Running calibration with Profile 0");
  }
  const std::string ownTitle = title(calibrator);
  std::size_t length = 0;
  const void* cache = calibrator.readCalibrationCache(length);
  if (cache != nullptr && length > 0) {
    if (readCache({static_cast<const char*>(cache), length}, ownTitle, plan.ranges)) {
      log(config.logger, Severity::kINFO, "Reading the calibration cache: no batch is needed.");
      return true;
    }
    log(config.logger, Severity::kWARNING,
        "The calibration cache is of another version or algorithm, and is not used.");
    plan.ranges.clear();
  }

  std::vector<std::int32_t> inputs;
  std::vector<const char*> names;
  for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
    if (!plan.tensors[i].input) continue;
    inputs.push_back(static_cast<std::int32_t>(i));
    names.push_back(plan.tensors[i].name.c_str());
  }
  // Ranges are what these batches show, without the rounding that they lead to.
  std::map<std::string, float> ranges;
  std::vector<void*> bindings(inputs.size());
  int batches = 0;
  while (calibrator.getBatch(bindings.data(), names.data(), static_cast<std::int32_t>(names.size()))) {
    ++batches;
    std::map<std::int32_t, Value> values;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const TensorInfo& input = plan.tensors[static_cast<std::size_t>(inputs[i])];
      Shape shape = batchShape(input, config);
      std::vector<double> elements = load(bindings[i], input.type, elementCount(shape));
      values[inputs[i]] = {std::move(shape), std::move(elements)};
    }
    compute(plan, values);
    for (const auto& [index, value] : values) {
      float& range = ranges[plan.tensors[static_cast<std::size_t>(index)].name];
      for (const double element : value.elements)
        range = std::max(range, static_cast<float>(std::fabs(element)));
    }
  }
  if (batches == 0) {
    logError(config.logger, "IBuilder::buildSerializedNetwork", kInternal,
             "Calibration failure occurred with no scaling factors detected.");
    return false;
  }
  log(config.logger, Severity::kINFO, "  Calibrated with " + std::to_string(batches) + " batches.");
  plan.ranges = std::move(ranges);
  const std::string content = cacheText(ownTitle, plan.ranges);
  calibrator.writeCalibrationCache(content.data(), content.size());
  return true;
}

}  // namespace edge::tensorrt_double

#endif
