#include "tensorrt/impl/profiles.h"

#include <algorithm>
#include <string>

#include "core/error.h"
#include "tensorrt/impl/types.h"
#include "tensorrt/shapes.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

using nvinfer1::OptProfileSelector;
using Shape = std::vector<std::int64_t>;

struct Input {
  std::string name;
  Shape shape;
};

const char* const kRemedy =
    "Give each input with open dimensions (-1) a smallest, a usual and a largest shape, or export the model "
    "with fixed ones.";

std::vector<Input> inputsOf(const nvinfer1::INetworkDefinition& network) {
  std::vector<Input> inputs;
  for (std::int32_t i = 0; i < network.getNbInputs(); ++i) {
    const nvinfer1::ITensor* tensor = network.getInput(i);
    if (tensor == nullptr) continue;
    if (tensor->isShapeTensor()) {
      throw Error(ErrorCode::MODEL_UNSUPPORTED,
                  {named("input", tensor->getName()) + " gives the shape of another tensor",
                   "inputs that are data", "an input whose values are a shape",
                   "Export the model so that it takes its shapes from its other inputs."});
    }
    inputs.push_back({tensor->getName(), shapeOf(tensor->getDimensions()).value_or(Shape{})});
  }
  return inputs;
}

std::string list(const std::vector<Input>& inputs) {
  std::string words;
  for (const Input& input : inputs) {
    words += (words.empty() ? "" : ", ") + ("\"" + input.name + "\" " + shapeText(input.shape));
  }
  return words.empty() ? "none" : words;
}

std::string place(std::size_t profile) {
  return "profile " + std::to_string(profile);
}

[[noreturn]] void refuse(const std::string& what, const Input& input, const std::string& found) {
  throw Error(ErrorCode::SHAPE_MISMATCH,
              {what, "shapes that fit \"" + input.name + "\" " + shapeText(input.shape), found, kRemedy});
}

void checkShape(const Shape& shape, const char* which, const Input& input, std::size_t profile) {
  bool fits = shape.size() == input.shape.size();
  for (std::size_t i = 0; fits && i < shape.size(); ++i) {
    fits = input.shape[i] < 0 ? shape[i] >= 0 : shape[i] == input.shape[i];
  }
  if (fits) return;
  refuse("the " + std::string(which) + " shape of \"" + input.name + "\" in " + place(profile) +
             " does not fit the model",
         input, shape.empty() && !input.shape.empty() ? "none" : shapeText(shape));
}

void checkInput(const ProfileShape& given, const Input& input, std::size_t profile) {
  checkShape(given.min, "smallest", input, profile);
  checkShape(given.opt, "usual", input, profile);
  checkShape(given.max, "largest", input, profile);
  for (std::size_t i = 0; i < given.opt.size(); ++i) {
    if (given.min[i] <= given.opt[i] && given.opt[i] <= given.max[i]) continue;
    refuse("the shapes of \"" + input.name + "\" in " + place(profile) + " are not in order", input,
           shapeText(given.min) + " to " + shapeText(given.max) + ", mostly " + shapeText(given.opt));
  }
}

void checkProfile(const Profile& profile, std::size_t number, const std::vector<Input>& inputs) {
  for (const ProfileShape& given : profile) {
    const auto input = std::find_if(inputs.begin(), inputs.end(),
                                    [&](const Input& candidate) { return candidate.name == given.input; });
    if (input == inputs.end()) {
      throw Error(ErrorCode::TENSOR_NOT_FOUND,
                  {place(number) + " has shapes for an input that the model does not have", list(inputs),
                   "\"" + given.input + "\"", "Use the names of the model's inputs."});
    }
    checkInput(given, *input, number);
  }
  for (const Input& input : inputs) {
    if (!isOpen(input.shape)) continue;
    const bool given = std::any_of(profile.begin(), profile.end(), [&](const ProfileShape& candidate) {
      return candidate.input == input.name;
    });
    if (!given) refuse(place(number) + " has no shapes for the input \"" + input.name + "\"", input, "none");
  }
}

void setShapes(const ProfileShape& given, nvinfer1::IOptimizationProfile& profile, std::size_t number,
               Log& log) {
  const char* name = given.input.c_str();
  const bool taken = profile.setDimensions(name, OptProfileSelector::kMIN, dimsOf(given.min, given.input)) &&
                     profile.setDimensions(name, OptProfileSelector::kOPT, dimsOf(given.opt, given.input)) &&
                     profile.setDimensions(name, OptProfileSelector::kMAX, dimsOf(given.max, given.input));
  if (taken) return;
  throw failure(ErrorCode::SHAPE_MISMATCH,
                "TensorRT refuses the shapes of \"" + given.input + "\" in " + place(number), log, kRemedy);
}

}  // namespace

const nvinfer1::IOptimizationProfile* addProfiles(const std::vector<Profile>& profiles,
                                                  const nvinfer1::INetworkDefinition& network,
                                                  nvinfer1::IBuilder& builder,
                                                  nvinfer1::IBuilderConfig& config, Log& log) {
  const std::vector<Input> inputs = inputsOf(network);
  if (profiles.empty()) {
    std::vector<Input> open;
    std::copy_if(inputs.begin(), inputs.end(), std::back_inserter(open),
                 [](const Input& input) { return isOpen(input.shape); });
    if (open.empty()) return nullptr;
    throw Error(ErrorCode::SHAPE_MISMATCH,
                {"the model has inputs with open dimensions, and no shapes were given for them",
                 "an optimization profile", list(open), kRemedy});
  }
  const nvinfer1::IOptimizationProfile* first = nullptr;
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    checkProfile(profiles[i], i, inputs);
    // The builder owns its profiles.
    nvinfer1::IOptimizationProfile* profile = builder.createOptimizationProfile();
    if (profile == nullptr) {
      throw failure(ErrorCode::ENGINE_BUILD_FAILED, "TensorRT could not make an optimization profile", log);
    }
    for (const ProfileShape& given : profiles[i]) setShapes(given, *profile, i, log);
    if (!profile->isValid() || config.addOptimizationProfile(profile) < 0) {
      throw failure(ErrorCode::SHAPE_MISMATCH, "TensorRT refuses optimization " + place(i), log, kRemedy);
    }
    if (first == nullptr) first = profile;
  }
  return first;
}

std::vector<CalibrationInput> calibrationInputs(const nvinfer1::INetworkDefinition& network,
                                                const std::vector<Profile>& profiles) {
  std::vector<CalibrationInput> inputs;
  for (std::int32_t i = 0; i < network.getNbInputs(); ++i) {
    const nvinfer1::ITensor& input = *network.getInput(i);
    std::vector<std::int64_t> shape = shapeOf(input.getDimensions()).value_or(std::vector<std::int64_t>{});
    if (isOpen(shape) && !profiles.empty()) {
      for (const ProfileShape& known : profiles.front()) {
        if (known.input == input.getName()) shape = known.opt;
      }
    }
    const std::optional<DType> dtype = dtypeOf(input.getType());
    // TensorRT says what it thinks of such an input.
    if (!dtype || isOpen(shape)) continue;
    inputs.push_back({input.getName(), tensorBytes(*dtype, shape)});
  }
  return inputs;
}

}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
