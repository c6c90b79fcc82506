#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "control.h"
#include "state.h"

namespace edge::cuda_double {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

template <typename Number>
bool read(const std::string& text, Number& number) {
  char* end = nullptr;
  const long long value = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0') return false;
  number = static_cast<Number>(value);
  return true;
}

bool readBool(const std::string& text, bool& value) {
  if (text != "0" && text != "1") return false;
  value = text == "1";
  return true;
}

}  // namespace

bool State::set(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  for (const std::string& part : split(text, ',')) {
    const auto equals = part.find('=');
    if (equals == std::string::npos || !setOne(part.substr(0, equals), part.substr(equals + 1))) return false;
  }
  return true;
}

bool State::setOne(const std::string& key, const std::string& value) {
  if (key == "device") return setDevice(value);
  if (key == "devices") return read(value, settings_.devices);
  if (key == "memory") return read(value, settings_.memory);
  if (key == "multiprocessors") return read(value, settings_.multiprocessors);
  if (key == "driver") return read(value, settings_.driver);
  if (key == "delay-us") return read(value, settings_.delayUs);
  if (key == "init") return read(value, settings_.init);
  if (key == "integrated") return readBool(value, settings_.integrated);
  if (key == "synchronous") return readBool(value, settings_.synchronous);
  if (key == "deinitialized") return readBool(value, settings_.deinitialized);
  if (key == "fail") return setFailure(value);
  if (key == "name") {
    settings_.name = value;
    return true;
  }
  if (key == "compute") {
    const std::vector<std::string> parts = split(value, '.');
    return parts.size() == 2 && read(parts[0], settings_.computeMajor) &&
           read(parts[1], settings_.computeMinor);
  }
  return false;
}

bool State::setDevice(const std::string& preset) {
  Settings chosen;
  if (preset == "orin") {
    chosen.name = "Orin";
    chosen.computeMajor = 8;
    chosen.computeMinor = 7;
    chosen.integrated = true;
    chosen.memory = std::size_t{8} * 1024 * 1024 * 1024;
    chosen.multiprocessors = 8;
    chosen.driver = 12060;
  } else if (preset == "none") {
    chosen.devices = 0;
    chosen.init = abi::kNoDevice;
  } else if (preset != "h200") {
    return false;
  }
  chosen.synchronous = settings_.synchronous;
  chosen.delayUs = settings_.delayUs;
  chosen.deinitialized = settings_.deinitialized;
  settings_ = std::move(chosen);
  return true;
}

bool State::setFailure(const std::string& text) {
  const std::vector<std::string> parts = split(text, ':');
  Failure failure;
  std::int64_t nth = 0;
  if (parts.size() < 3 || parts.size() > 4 || !read(parts[1], nth) || !read(parts[2], failure.code))
    return false;
  if (parts.size() == 4 && !read(parts[3], failure.times)) return false;
  failure.call = parts[0];
  failure.after = nth - 1;
  failures_.push_back(failure);
  return true;
}

}  // namespace edge::cuda_double
