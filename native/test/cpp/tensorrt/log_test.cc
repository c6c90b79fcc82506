#include "tensorrt/impl/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>

#include "tensorrt/impl/plan.h"

namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE {
namespace {

using Severity = nvinfer1::ILogger::Severity;

TEST(TensorRtLog, KeepsErrorsInTheirOrderAndOnce) {
  Log log;
  log.log(Severity::kERROR, "first\n");
  log.log(Severity::kINTERNAL_ERROR, "second");
  log.log(Severity::kERROR, "first");
  log.log(Severity::kINFO, "news");
  log.log(Severity::kERROR, nullptr);
  EXPECT_EQ(log.takeErrors(), "first; second");
  EXPECT_EQ(log.takeErrors(), "");
  EXPECT_EQ(log.takeErrorsOrSilence(), "no reason given by TensorRT");
}

TEST(TensorRtLog, KeepsWarningsOnce) {
  Log log;
  log.log(Severity::kWARNING, "one");
  log.log(Severity::kWARNING, "two");
  log.log(Severity::kWARNING, "one\n");
  log.log(
      Severity::kWARNING,
      "The logger passed into createInferRuntime differs from one already provided for an existing builder");
  EXPECT_EQ(log.takeWarnings(), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(log.takeErrors(), "");
}

TEST(TensorRtLog, IsBounded) {
  Log log;
  for (int i = 0; i < 10000; ++i) {
    const std::string message = std::to_string(i) + std::string(100, 'x');
    log.log(Severity::kERROR, message.c_str());
    log.log(Severity::kWARNING, message.c_str());
  }
  log.log(Severity::kWARNING, std::string(100000, 'y').c_str());
  const std::string errors = log.takeErrors();
  EXPECT_LT(errors.size(), 9000U);
  EXPECT_EQ(errors.find("0xxx"), 0U) << "the first ones say why";
  EXPECT_NE(errors.find("; and 99"), std::string::npos) << errors.substr(errors.size() - 40);
  EXPECT_EQ(log.takeWarnings().size(), 64U);
  log.log(Severity::kWARNING, std::string(100000, 'y').c_str());
  EXPECT_EQ(log.takeWarnings().at(0).size(), 1024U);
}

TEST(TensorRtLog, TakesMessagesFromManyThreads) {
  Log log;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&log, t] {
      for (int i = 0; i < 200; ++i) {
        log.log(Severity::kERROR, ("error " + std::to_string(t)).c_str());
        log.log(Severity::kWARNING, ("warning " + std::to_string(t)).c_str());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(log.takeErrors().size(), 4 * 7 + 3 * 2U);
  EXPECT_EQ(log.takeWarnings().size(), 4U);
}

TEST(TensorRtLog, IsLentAgainAndEmpty) {
  const Log* first = nullptr;
  {
    const LentLog log = lendLog();
    log->log(Severity::kERROR, "of somebody else");
    first = log.get();
  }
  const LentLog again = lendLog();
  EXPECT_EQ(again.get(), first);
  EXPECT_EQ(again->takeErrors(), "");
  EXPECT_NE(lendLog().get(), first) << "it is in use";
}

TEST(TensorRtLog, TellsTooLittleMemoryFromOtherFailures) {
  Log log;
  log.log(Severity::kERROR, "Error Code 2: OutOfMemory (Requested size was 1 bytes.)");
  EXPECT_EQ(failure(ErrorCode::ENGINE_BUILD_FAILED, "what", log).code(), ErrorCode::OUT_OF_MEMORY);
  log.log(Severity::kERROR, "Error Code 10: Internal Error");
  EXPECT_EQ(failure(ErrorCode::ENGINE_BUILD_FAILED, "what", log).code(), ErrorCode::ENGINE_BUILD_FAILED);
}

TEST(TensorRtPlan, TellsItsVersion) {
  std::vector<std::uint8_t> plan(28, 0);
  std::copy_n("ftrt", 4, plan.begin());
  std::copy_n(std::array<std::uint8_t, 4>{10, 3, 0, 30}.begin(), 4, plan.begin() + 24);
  EXPECT_EQ(text(versionOf(plan.data(), plan.size()).value_or(Version{})), "10.3.0.30");
  EXPECT_FALSE(versionOf(plan.data(), 27)) << "too short";
  plan[4] = 1;
  EXPECT_FALSE(versionOf(plan.data(), plan.size())) << "a format that is not known";
  plan[4] = 0;
  plan[0] = 'p';
  EXPECT_FALSE(versionOf(plan.data(), plan.size())) << "another tag";
}

}  // namespace
}  // namespace edge::tensorrt::EDGE_TENSORRT_NAMESPACE
