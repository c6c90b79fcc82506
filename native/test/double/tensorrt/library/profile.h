#pragma once

#include <string>

#include "graph.h"
#include "stubs.h"

namespace edge::tensorrt_double {

class OptimizationProfile final : public OptimizationProfileStub {
 public:
  bool onSetDimensions(char const* input, OptProfileSelector select, Dims const& dimensions) override {
    if (dimensions.nbDims < 0) return false;
    shapes_[input].at(static_cast<std::size_t>(select)) = shape(dimensions);
    set_[input] |= 1U << static_cast<unsigned>(select);
    return true;
  }

  Dims onGetDimensions(char const* input, OptProfileSelector select) const override {
    const auto found = shapes_.find(input);
    if (found == shapes_.end()) return Dims{-1, {}};
    return dims(found->second.at(static_cast<std::size_t>(select)));
  }

  bool onIsValid() const override {
    for (const auto& [input, shapes] : shapes_) {
      if (set_.at(input) != 7 || shapes[0].size() != shapes[1].size() || shapes[1].size() != shapes[2].size())
        return false;
      for (std::size_t axis = 0; axis < shapes[0].size(); ++axis) {
        if (shapes[0][axis] < 0 || shapes[0][axis] > shapes[1][axis] || shapes[1][axis] > shapes[2][axis])
          return false;
      }
    }
    return true;
  }

  std::int32_t onGetNbShapeValues(char const*) const override { return -1; }

  const ProfileShapes& shapes() const { return shapes_; }

 private:
  ProfileShapes shapes_;
  std::map<std::string, unsigned> set_;  ///< Which of the three are known.
};

}  // namespace edge::tensorrt_double
