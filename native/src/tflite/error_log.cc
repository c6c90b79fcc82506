#include "tflite/error_log.h"

#include <array>
#include <cstdio>
#include <utility>

namespace edge::tflite {
namespace {

// A hostile model can make the library repeat itself for ever.
constexpr std::size_t kMostBytes = 4096;

}  // namespace

std::string ErrorLog::take() {
  const std::scoped_lock lock(mutex_);
  any_ = false;
  return std::exchange(text_, {});
}

std::string ErrorLog::takeOrSilence() {
  std::string text = take();
  return text.empty() ? "no reason given by TensorFlow Lite" : text;
}

void ErrorLog::report(void* log, const char* format, std::va_list arguments) noexcept {
  try {
    std::array<char, 1024> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    auto& self = *static_cast<ErrorLog*>(log);
    const std::scoped_lock lock(self.mutex_);
    std::string text = line.data();
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (text.empty()) return;
    if (!self.text_.empty()) self.text_ += "; ";
    self.text_ += text;
    self.any_ = true;
    // The last words say why.
    if (self.text_.size() > kMostBytes) self.text_.erase(0, self.text_.size() - kMostBytes);
  } catch (...) {  // NOLINT(bugprone-empty-catch): the caller is C; a message that can't be kept is lost
  }
}

}  // namespace edge::tflite
