#include "gpu_image/constants.h"

#include <cstring>

namespace edge::gpu_image {
namespace {

bool same(const image::Axis& a, const image::Axis& b) noexcept {
  return a.from == b.from && a.to == b.to && a.first == b.first && a.count == b.count;
}

bool same(const std::optional<Quantization>& a, const std::optional<Quantization>& b) noexcept {
  if (!a || !b) return !a && !b;
  return a->scale == b->scale && a->zeroPoint == b->zeroPoint;
}

/// Layout and order of the channels are no constants of the table.
bool sameValues(const image::Conversion& a, const image::Conversion& b) noexcept {
  return a.mean == b.mean && a.std == b.std && a.dtype == b.dtype && same(a.quantization, b.quantization);
}

bool isWhole(const image::Axis& axis) noexcept {
  return axis.from == axis.to && axis.first == 0 && axis.count == axis.from;
}

image::Weights weightsOf(const Picture& picture, const image::Axis& axis) {
  // One tap of the weight 1 where nothing changes, which is what any kernel comes to.
  const image::Kernel kernel = isWhole(axis) ? image::Kernel::nearest : picture.kernel;
  return image::weightsOf(kernel, picture.antialias, axis);
}

}  // namespace

bool Constants::fits(const Picture& picture) const noexcept {
  return known_ && same(key_.columns, picture.columns) && same(key_.rows, picture.rows) &&
         key_.kernel == picture.kernel && key_.antialias == picture.antialias &&
         sameValues(key_.conversion, picture.conversion);
}

bool Constants::fit(const Picture& picture) {
  if (fits(picture)) return false;
  known_ = false;
  bytes_.clear();
  const std::vector<std::uint8_t> table = image::valueTable(image::kMostChannels, picture.conversion);
  table_ = append(table.data(), table.size());
  const image::Weights rows = weightsOf(picture, picture.rows);
  // Windows of a later value never begin before those of an earlier one.
  firstRow_ = rows.first.front();
  neededRows_ = rows.first.back() + rows.taps - firstRow_;
  rows_ = appendAxis(rows, firstRow_);
  keepsColumns_ = isWhole(picture.columns);
  columns_ = keepsColumns_ ? AxisPlace{} : appendAxis(weightsOf(picture, picture.columns), 0);
  key_ = {picture.columns, picture.rows, picture.kernel, picture.antialias, picture.conversion};
  known_ = true;
  return true;
}

std::size_t Constants::append(const void* data, std::size_t bytes) {
  // Elements have 4 bytes at most, and each kind of them fills whole fours.
  const std::size_t place = bytes_.size();
  bytes_.resize(place + bytes);
  std::memcpy(bytes_.data() + place, data, bytes);
  return place;
}

AxisPlace Constants::appendAxis(const image::Weights& weights, std::size_t from) {
  const std::size_t count = weights.first.size();
  AxisPlace axis;
  axis.taps = static_cast<unsigned>(weights.taps);
  std::vector<std::uint32_t> first;
  first.reserve(count);
  for (const std::uint32_t begin : weights.first) first.push_back(begin - static_cast<std::uint32_t>(from));
  axis.first = append(first.data(), count * sizeof(std::uint32_t));
  std::vector<std::int32_t> byTap;
  byTap.reserve(count * weights.taps);
  for (std::size_t tap = 0; tap < weights.taps; ++tap) {
    for (std::size_t value = 0; value < count; ++value) {
      byTap.push_back(image::weightAt(weights, value * weights.taps + tap));
    }
  }
  axis.weights = append(byTap.data(), byTap.size() * sizeof(std::int32_t));
  return axis;
}

}  // namespace edge::gpu_image
