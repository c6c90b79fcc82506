#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "stubs.h"

namespace edge::tensorrt_double {

class HostMemory final : public HostMemoryStub {
 public:
  explicit HostMemory(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  void* onData() const override { return bytes_.data(); }
  std::size_t onSize() const override { return bytes_.size(); }
  DataType onType() const override { return DataType::kUINT8; }

 private:
  mutable std::vector<std::uint8_t> bytes_;  ///< Callers may write to it.
};

}  // namespace edge::tensorrt_double
