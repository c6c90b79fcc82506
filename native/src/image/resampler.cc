#include "image/resampler.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "image/resampler_passes.h"

namespace edge::image {
namespace {

bool isWhole(const Axis& axis) {
  return axis.from == axis.to && axis.first == 0 && axis.count == axis.from;
}

/// The first row of the source that any window needs, and the one after the last.
struct Span {
  std::size_t begin;
  std::size_t end;
};

Span spanOf(const Weights& weights) {
  // Windows of a later value never begin before those of an earlier one.
  return {weights.first.front(), weights.first.back() + weights.taps};
}

void copyRows(const Resampling& resampling, const std::uint8_t* source, std::uint8_t* target) {
  const std::size_t length = resampling.columns.count * resampling.channels;
  std::memcpy(target, source, resampling.rows.count * length);
}

}  // namespace

void resample(const Resampling& resampling, const std::uint8_t* source, std::uint8_t* target) {
  const Axis& columns = resampling.columns;
  const Axis& rows = resampling.rows;
  if (isWhole(columns) && isWhole(rows)) return copyRows(resampling, source, target);
  const passes::Passes run = passes::best();
  const std::size_t channels = resampling.channels;
  const std::size_t stride = columns.from * channels;
  const std::size_t length = columns.count * channels;
  const Weights vertical = weightsOf(resampling.kernel, resampling.antialias, rows);
  const Span span = spanOf(vertical);

  std::vector<std::uint8_t> narrowed;
  const std::uint8_t* between = source + span.begin * stride;
  if (!isWhole(columns)) {
    const Weights horizontal = weightsOf(resampling.kernel, resampling.antialias, columns);
    narrowed.resize((span.end - span.begin) * length);
    run.columns(horizontal, channels, {span.end - span.begin, between, stride, narrowed.data(), length});
    between = narrowed.data();
  }
  for (std::size_t row = 0; row < rows.count; ++row) {
    run.rows(vertical, row, between + (vertical.first[row] - span.begin) * length, length,
             target + row * length);
  }
}

}  // namespace edge::image
