#include "tensorrt/library.h"

#include <gtest/gtest.h>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

TEST(TensorRtLibrary, TellsEveryPathItTriedAndWhy) {
  const Error error = errorOf([] {
    Library::load({{"/nonexistent/a.so", "the first origin"}, {"/etc/hostname", "the second origin"}});
  });
  EXPECT_ERROR(error, ErrorCode::LIBRARY_NOT_FOUND,
               "/nonexistent/a.so (from the first origin): No such file");
  EXPECT_ERROR(error, ErrorCode::LIBRARY_NOT_FOUND, "/etc/hostname (from the second origin): ");
  EXPECT_EQ(words(error).find("dynamic loader"), std::string::npos)
      << "nothing else is loaded in place of what was named";
  EXPECT_ERROR(error, ErrorCode::LIBRARY_NOT_FOUND, "EDGE_TENSORRT_LIBRARY");
}

TEST(TensorRtLibrary, RefusesALibraryThatIsNotTensorRt) {
  EXPECT_ERROR(errorOf([] { Library::load({{"libm.so.6", "the test"}}); }), ErrorCode::LIBRARY_INCOMPATIBLE,
               "no getInferLibVersion");
}

class TensorRtLibraryOf : public OnDouble {};
INSTANTIATE_TEST_SUITE_P(Major, TensorRtLibraryOf, testing::Values(10, 11));

TEST_P(TensorRtLibraryOf, TakesTheFirstThatLoadsAndLoadsItOnce) {
  const std::string path = Double::path(major());
  const Library& first = Library::load({{"/nonexistent/a.so", "nobody"}, {path, "the test"}});
  EXPECT_EQ(first.version().major, major());
  EXPECT_EQ(first.info().version, text(first.version()));
  EXPECT_EQ(first.info().origin, "the test");
  EXPECT_EQ(first.info().path, path);
  EXPECT_EQ(&Library::load({{path, "another origin"}}), &first);
}

TEST_P(TensorRtLibraryOf, HasTheParserThatLiesBesideIt) {
  const Library& library = Library::load({{Double::path(major()), "the test"}});
  EXPECT_EQ(library.parserMissing(), "");
  EXPECT_NE(library.parserPath().find("/libnvonnxparser.so." + std::to_string(major())), std::string::npos);
}

TEST_P(TensorRtLibraryOf, RefusesToWorkWithoutADriver) {
  const Library& library = Library::load({{Double::path(major()), "the test"}});
  EXPECT_ERROR(errorOf([&] { library.api({{"/nonexistent/libcuda.so.1", "the test"}}); }),
               ErrorCode::DEVICE_UNAVAILABLE, "/nonexistent/libcuda.so.1");
}

}  // namespace
}  // namespace edge::tensorrt
