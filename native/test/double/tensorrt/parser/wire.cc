#include "wire.h"

#include <cstring>
#include <stdexcept>

namespace edge::tensorrt_double {

namespace {

// The kinds of fields that protobuf has; groups are long gone.
constexpr unsigned kVarint = 0;
constexpr unsigned kFixed64 = 1;
constexpr unsigned kDelimited = 2;
constexpr unsigned kFixed32 = 5;

}  // namespace

std::uint64_t Wire::varint(const std::uint8_t*& at, const std::uint8_t* end) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at == end) break;
    const std::uint8_t byte = *at++;
    value |= (std::uint64_t{byte} & 0x7FU) << shift;
    if (byte < 0x80) return value;
  }
  throw std::runtime_error("a number of protobuf's does not end");
}

bool Wire::next() {
  if (at_ == end_) return false;
  const std::uint64_t tag = varint(at_, end_);
  field_ = static_cast<int>(tag >> 3U);
  const auto kind = static_cast<unsigned>(tag & 7U);
  delimited_ = kind == kDelimited;
  number_ = 0;
  data_ = at_;
  size_ = 0;
  if (kind == kVarint) {
    number_ = varint(at_, end_);
    return true;
  }
  if (kind == kDelimited) {
    const std::uint64_t size = varint(at_, end_);
    if (size > static_cast<std::uint64_t>(end_ - at_))
      throw std::runtime_error("a field of protobuf's is longer than its message");
    data_ = at_;
    size_ = static_cast<std::size_t>(size);
  } else if (kind == kFixed32 || kind == kFixed64) {
    size_ = kind == kFixed32 ? 4 : 8;
    if (size_ > static_cast<std::size_t>(end_ - at_))
      throw std::runtime_error("a message of protobuf's ends in a number");
    std::memcpy(&number_, at_, size_);
  } else {
    throw std::runtime_error("it is not protobuf");
  }
  at_ += size_;
  return true;
}

float Wire::real() const {
  const auto bits = static_cast<std::uint32_t>(number_);
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

void Wire::appendNumbers(std::vector<std::int64_t>& to) const {
  if (!delimited_) {
    to.push_back(number());
    return;
  }
  const std::uint8_t* at = data_;
  while (at != data_ + size_) to.push_back(static_cast<std::int64_t>(varint(at, data_ + size_)));
}

}  // namespace edge::tensorrt_double
