#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace edge::tensorrt_double {

/// Reads one message of protobuf's wire format, field by field.
///
///   for (Wire wire(data, size); wire.next();) if (wire.field() == 4) name = wire.text();
class Wire {
 public:
  Wire(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}

  /// Goes to the next field.
  /// @returns whether there is one.
  /// @throws std::runtime_error where the message is damaged.
  bool next();

  int field() const { return field_; }
  std::int64_t number() const { return static_cast<std::int64_t>(number_); }
  float real() const;
  std::string text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  Wire message() const { return {data_, size_}; }
  const std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  /// Numbers of a repeated field, of which this is all of them (packed), or one.
  void appendNumbers(std::vector<std::int64_t>& to) const;

 private:
  static std::uint64_t varint(const std::uint8_t*& at, const std::uint8_t* end);

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  int field_ = 0;
  bool delimited_ = false;
  std::uint64_t number_ = 0;
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace edge::tensorrt_double
