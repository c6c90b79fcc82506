#include "tflite/library.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace edge::tflite {
namespace {

TEST(Library, TellsEveryPathItTriedAndWhy) {
  try {
    Library::load({{"/nonexistent/a.so", "the first origin"}, {"/etc/hostname", "the second origin"}});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::LIBRARY_NOT_FOUND);
    const std::string& found = error.text().found;
    EXPECT_NE(found.find("/nonexistent/a.so (from the first origin): "), std::string::npos) << found;
    EXPECT_NE(found.find("No such file"), std::string::npos) << found;
    EXPECT_NE(found.find("/etc/hostname (from the second origin): "), std::string::npos) << found;
    EXPECT_NE(error.text().remedy.find("EDGE_TFLITE_LIBRARY"), std::string::npos);
  }
}

TEST(Library, RefusesALibraryThatIsNotTensorFlowLite) {
  try {
    Library::load({{"libm.so.6", "the test"}});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::LIBRARY_INCOMPATIBLE);
    EXPECT_NE(error.text().found.find("TfLiteVersion"), std::string::npos) << error.text().found;
  }
}

TEST(Library, TakesTheFirstThatLoadsAndLoadsItOnce) {
  const Library& first = Library::load({{"/nonexistent/a.so", "nobody"}, {TFLITE_DOUBLE, "the test"}});
  EXPECT_EQ(first.info().version, "2.20.0-double");
  EXPECT_EQ(first.info().origin, "the test");
  EXPECT_EQ(first.info().path, TFLITE_DOUBLE);
  EXPECT_EQ(&Library::load({{TFLITE_DOUBLE, "another origin"}}), &first);
}

TEST(Library, LoadsTheRealOne) {
#if defined(__x86_64__)
  const std::string path = std::string(PLATFORM_PACKAGES) + "/tflite-linux-x64/lib/libtensorflowlite_c.so";
#else
  const std::string path = std::string(PLATFORM_PACKAGES) + "/tflite-linux-arm64/lib/libtensorflowlite_c.so";
#endif
  const Library& library = Library::load({{path, "set-up"}});
  EXPECT_EQ(library.info().version, "2.20.0");
  EXPECT_NE(library.XNNPackDelegateCreate, nullptr);
  EXPECT_NE(library.OpaqueTensorGetAllocationType, nullptr);
  EXPECT_EQ(library.XNNPackDelegateOptionsDefault().numThreads, 0);
}

}  // namespace
}  // namespace edge::tflite
