#pragma once

#include <cstddef>
#include <cstdint>

#include "image/kernel.h"

namespace edge::image {

/// What is to become of a picture.
struct Resampling {
  std::size_t channels = 3;  ///< 1 to 4, interleaved.
  Axis columns;
  Axis rows;
  Kernel kernel = Kernel::bilinear;
  bool antialias = true;
};

/// Brings a picture to another size, and cuts out a part of the result.
///
/// Columns first, then rows, with pixels of 8 bits between the two, as Pillow does it. Only what the wanted
/// part needs is worked out.
///
/// @param source `rows.from × columns.from` pixels, rows without padding.
/// @param target `rows.count × columns.count` pixels, rows without padding.
void resample(const Resampling& resampling, const std::uint8_t* source, std::uint8_t* target);

}  // namespace edge::image
