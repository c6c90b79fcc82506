#include "core/shared_library.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace edge {
namespace {

class SharedLibrary : public testing::Test {
 protected:
  std::string write(const std::string& content) const {
    std::ofstream(path_, std::ios::binary) << content;
    return path_;
  }
  void TearDown() override { std::remove(path_.c_str()); }

  static std::string good() {
    std::ifstream file(TFLITE_DOUBLE, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string path_ = testing::TempDir() + "edge_shared_library_" + std::to_string(getpid());
};

TEST_F(SharedLibrary, AcceptsAGoodOneAndLeavesBareNamesToTheLoader) {
  EXPECT_EQ(whyNotLoadable(TFLITE_DOUBLE), "");
  EXPECT_EQ(whyNotLoadable("libm.so.6"), "");
  EXPECT_EQ(whyNotLoadable(write(good())), "");
}

TEST_F(SharedLibrary, RefusesATruncatedOne) {
  const std::string content = good();
  // All before the end of its code, however much debug information follows.
  for (const std::size_t bytes : {1U, 63U, 64U, 100U, 512U, 1000U, 4096U, 20000U}) {
    EXPECT_NE(whyNotLoadable(write(content.substr(0, bytes))), "") << bytes;
  }
}

TEST_F(SharedLibrary, SaysWhatElseAFileIs) {
  EXPECT_EQ(whyNotLoadable("/nonexistent/lib.so"), "No such file or directory");
  EXPECT_EQ(whyNotLoadable("/"), "not a file");
  EXPECT_EQ(whyNotLoadable(write("")), "too short for a shared library");
  EXPECT_EQ(whyNotLoadable(write(std::string(4096, 'x'))), "not a shared library");
  std::string other = good();
  other[18] = '\x08';  // e_machine: MIPS
  other[19] = '\0';
  EXPECT_NE(whyNotLoadable(write(other)).find("a library for processor type 8, and this processor is "),
            std::string::npos);
  other = good();
  other[4] = '\x01';  // EI_CLASS: 32 bits
  EXPECT_NE(whyNotLoadable(write(other)).find("32-bit"), std::string::npos);
}

TEST_F(SharedLibrary, DoesNotWaitForAPipe) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(whyNotLoadable(path_), "not a file");
}

}  // namespace
}  // namespace edge
