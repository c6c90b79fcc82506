#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gpu_image/picture.h"

namespace edge::gpu_image {

/// An axis' weights among the constants; places are in bytes.
struct AxisPlace {
  std::size_t first = 0;
  std::size_t weights = 0;
  unsigned taps = 0;
};

/// What the kernels look up, the same for all pictures of one size that become a tensor in one way: in one
/// piece, since a copy to the GPU takes longer to begin than to go on.
class Constants {
 public:
  /// Works them out, unless the last picture's will do.
  /// @returns whether they are others now.
  bool fit(const Picture& picture);

  const std::vector<std::uint8_t>& bytes() const noexcept { return bytes_; }
  const AxisPlace& columns() const noexcept { return columns_; }
  /// Windows are told from `firstRow` on.
  const AxisPlace& rows() const noexcept { return rows_; }
  std::size_t table() const noexcept { return table_; }

  /// Whether the columns stay as they are, and need no pass.
  bool keepsColumns() const noexcept { return keepsColumns_; }
  /// The first row of the picture that any window needs, and how many from there on.
  std::size_t firstRow() const noexcept { return firstRow_; }
  std::size_t neededRows() const noexcept { return neededRows_; }

 private:
  /// What they follow from.
  struct Key {
    image::Axis columns;
    image::Axis rows;
    image::Kernel kernel = image::Kernel::nearest;
    bool antialias = false;
    image::Conversion conversion;
  };

  bool fits(const Picture& picture) const noexcept;
  std::size_t append(const void* data, std::size_t bytes);
  AxisPlace appendAxis(const image::Weights& weights, std::size_t from);

  bool known_ = false;
  Key key_;
  std::vector<std::uint8_t> bytes_;
  AxisPlace columns_;
  AxisPlace rows_;
  std::size_t table_ = 0;
  bool keepsColumns_ = false;
  std::size_t firstRow_ = 0;
  std::size_t neededRows_ = 0;
};

}  // namespace edge::gpu_image
