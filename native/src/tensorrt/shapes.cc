#include "tensorrt/shapes.h"

#include <algorithm>
#include <optional>

#include "core/error.h"

namespace edge::tensorrt {
namespace {

const ProfileShape* shapeOf(const Profile& profile, const std::string& input) {
  const auto found = std::find_if(profile.begin(), profile.end(),
                                  [&](const ProfileShape& shape) { return shape.input == input; });
  return found == profile.end() ? nullptr : &*found;
}

bool within(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& min,
            const std::vector<std::int64_t>& max) {
  if (shape.size() != min.size() || shape.size() != max.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] < min[i] || shape[i] > max[i]) return false;
  }
  return true;
}

/// What a profile allows for an input that has none of its own: its one shape.
bool allows(const Profile& profile, const TensorDesc& input, const std::vector<std::int64_t>& shape) {
  const ProfileShape* allowed = shapeOf(profile, input.name);
  return allowed == nullptr ? shape == input.shape : within(shape, allowed->min, allowed->max);
}

std::string allowedText(const Engine& engine, const TensorDesc& input) {
  std::string text;
  for (const Profile& profile : engine.profiles()) {
    const ProfileShape* allowed = shapeOf(profile, input.name);
    const std::string one = allowed == nullptr ? shapeText(input.shape)
                                               : shapeText(allowed->min) + " to " + shapeText(allowed->max);
    if (text.find(one) != std::string::npos) continue;
    text += (text.empty() ? "" : ", or ") + one;
  }
  return text.empty() ? shapeText(input.shape) : text;
}

/// The first input whose shape no profile allows, if it is that; else they do not go together.
std::optional<std::size_t> refusedInput(const Engine& engine, const Shapes& shapes) {
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const TensorDesc& input = engine.inputs()[i];
    const bool allowed =
        std::any_of(engine.profiles().begin(), engine.profiles().end(),
                    [&](const Profile& profile) { return allows(profile, input, shapes[i]); });
    if (!allowed) return i;
  }
  return std::nullopt;
}

}  // namespace

std::size_t tensorBytes(DType dtype, const std::vector<std::int64_t>& shape) {
  std::size_t bytes = elementBytes(dtype);
  for (const std::int64_t size : shape) bytes *= static_cast<std::size_t>(std::max<std::int64_t>(size, 0));
  return bytes;
}

Shapes preferredShapes(const Engine& engine) {
  Shapes shapes;
  for (const TensorDesc& input : engine.inputs()) {
    const ProfileShape* preferred =
        engine.profiles().empty() ? nullptr : shapeOf(engine.profiles().front(), input.name);
    shapes.push_back(preferred == nullptr ? input.shape : preferred->opt);
  }
  return shapes;
}

int profileFor(const Engine& engine, const Shapes& shapes) {
  for (std::size_t p = 0; p < engine.profiles().size(); ++p) {
    bool fits = true;
    for (std::size_t i = 0; i < shapes.size() && fits; ++i) {
      fits = allows(engine.profiles()[p], engine.inputs()[i], shapes[i]);
    }
    if (fits) return static_cast<int>(p);
  }
  const std::optional<std::size_t> refused = refusedInput(engine, shapes);
  if (!refused) {
    throw Error(ErrorCode::SHAPE_MISMATCH,
                {"no optimization profile of the engine allows these shapes together",
                 "shapes of one profile", "shapes of several", "Build the engine with a profile for them."});
  }
  const TensorDesc& input = engine.inputs()[*refused];
  throw Error(ErrorCode::SHAPE_MISMATCH,
              {"the engine was not built for this shape of its input \"" + input.name + "\"",
               allowedText(engine, input), shapeText(shapes[*refused]),
               "Build the engine with an optimization profile that allows it."});
}

}  // namespace edge::tensorrt
