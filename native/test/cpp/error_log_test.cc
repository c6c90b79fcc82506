#include "tflite/error_log.h"

#include <gtest/gtest.h>

#include <cstdarg>
#include <string>

namespace edge::tflite {
namespace {

void report(ErrorLog& log, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  ErrorLog::report(&log, format, arguments);
  va_end(arguments);
}

TEST(ErrorLog, JoinsLinesAndForgetsThemWhenTaken) {
  ErrorLog log;
  report(log, "node %d failed\n", 7);
  report(log, "\n");
  report(log, "and %s", "so on");
  EXPECT_EQ(log.take(), "node 7 failed; and so on");
  EXPECT_EQ(log.take(), "");
}

TEST(ErrorLog, KeepsTheLastWordsOfALibraryThatRepeatsItself) {
  ErrorLog log;
  for (int i = 0; i < 10000; ++i) report(log, "line %d %s", i, std::string(2000, 'x').c_str());
  report(log, "the reason");
  const std::string text = log.take();
  EXPECT_LE(text.size(), 4096u);
  EXPECT_EQ(text.substr(text.size() - 12), "; the reason");
}

}  // namespace
}  // namespace edge::tflite
