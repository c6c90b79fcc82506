#include "core/error.h"

#include <gtest/gtest.h>

#include <new>
#include <set>
#include <stdexcept>
#include <string>

namespace edge {
namespace {

template <typename Exception>
Error caught(const Exception& exception) {
  try {
    throw exception;
  } catch (...) {
    return currentError();
  }
}

TEST(Error, KeepsItsCodeWhenItPassesThroughACatchAll) {
  const Error error = caught(Error(ErrorCode::QUEUE_FULL, {"full", "less", "more", "wait"}));
  EXPECT_EQ(error.code(), ErrorCode::QUEUE_FULL);
  EXPECT_EQ(error.text().summary, "full");
  EXPECT_EQ(error.text().expected, "less");
  EXPECT_EQ(error.text().found, "more");
  EXPECT_EQ(error.text().remedy, "wait");
}

TEST(Error, GivesForeignExceptionsACode) {
  EXPECT_EQ(caught(std::bad_alloc()).code(), ErrorCode::OUT_OF_MEMORY);
  EXPECT_EQ(caught(std::runtime_error("odd")).code(), ErrorCode::INTERNAL);
  EXPECT_EQ(caught(std::runtime_error("odd")).text().summary, "odd");
  EXPECT_EQ(caught(7).code(), ErrorCode::INTERNAL);
}

TEST(ErrorCode, HasANameOfItsOwn) {
  const std::set<std::string> names(kErrorCodeNames.begin(), kErrorCodeNames.end());
  EXPECT_EQ(names.size(), kErrorCodeNames.size());
  EXPECT_STREQ(name(ErrorCode::INVALID_ARGUMENT), "INVALID_ARGUMENT");
  EXPECT_STREQ(name(ErrorCode::INTERNAL), "INTERNAL");
}

}  // namespace
}  // namespace edge
