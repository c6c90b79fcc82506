#include "cuda_double.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace edge::cuda {
namespace {

std::string copyOfDouble() {
  std::string folder = (std::filesystem::temp_directory_path() / "cuda-double-XXXXXX").string();
  EXPECT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/libcuda.so.1";
  std::filesystem::copy_file(CUDA_DOUBLE, path);
  return path;
}

}  // namespace

CudaDouble::CudaDouble(const std::string& path) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    ADD_FAILURE() << dlerror();
    std::abort();
  }
  const auto find = [&](const char* name, auto& function) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, name));
    ASSERT_NE(function, nullptr) << name;
  };
  find("edge_cuda_double_set", set_);
  find("edge_cuda_double_reset", reset);
  find("edge_cuda_double_fail", fail);
  find("edge_cuda_double_failed", failed);
  find("edge_cuda_double_calls", calls);
  find("edge_cuda_double_live", live);
  find("edge_cuda_double_orphans", orphans);
  find("edge_cuda_double_depth", depth);
  find("edge_cuda_double_log", log_);
}

void CudaDouble::set(const std::string& settings) const {
  ASSERT_TRUE(set_(settings.c_str())) << settings;
}

std::string CudaDouble::log() const {
  std::string text(log_(nullptr, 0), '\0');
  log_(text.data(), text.size());
  return text;
}

AnotherDouble::AnotherDouble(const std::string& settings) : path_(copyOfDouble()), control_(path_) {
  control_.set(settings);
}

AnotherDouble::~AnotherDouble() {
  std::filesystem::remove_all(std::filesystem::path(path_).parent_path());
}

const CudaDouble& CudaTest::control() {
  static const CudaDouble loaded(CUDA_DOUBLE);
  return loaded;
}

const Driver& CudaTest::driver() {
  return Driver::load({{CUDA_DOUBLE, "the test"}});
}

void CudaTest::SetUp() {
  control().reset();
}

void CudaTest::TearDown() {
  EXPECT_EQ(control().live(nullptr), 0);
  EXPECT_EQ(control().orphans(), 0);
  EXPECT_EQ(control().depth(), 0);
}

}  // namespace edge::cuda
