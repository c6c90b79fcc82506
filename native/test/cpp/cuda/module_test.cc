#include "cuda/module.h"

#include "cuda_double.h"

namespace edge::cuda {
namespace {

class CudaModule : public CudaTest {};

constexpr const char* kPtx =
    ".version 8.5\n.target sm_80\n.address_size 64\n.visible .entry scale(\n) { ret; }\n";

TEST_F(CudaModule, GivesKernelsThatAreLaunched) {
  const SharedContext shared = context();
  const Module module(shared, "preprocessing", kPtx);
  EXPECT_EQ(control().live("modules"), 1);
  const Function scale = module.function("scale");
  Stream stream(shared);
  const ContextScope scope(*shared);
  int value = 1;
  void* parameters[] = {&value};
  scale.launch(stream, {4, 3}, {32, 8}, parameters, 16);
  stream.synchronize();
  EXPECT_NE(control().log().find("cuLaunchKernel(scale, 4x3x1, 32x8x1, 16)"), std::string::npos)
      << control().log();
  EXPECT_EQ(thrown([&] { scale.launch(stream, {0, 1}, {1, 1}, parameters); }).code(),
            ErrorCode::DEVICE_FAILED);
}

TEST_F(CudaModule, TellsWhatTheDriversCompilerSays) {
  const Error error = thrown([] { const Module module(context(), "preprocessing", "not PTX"); });
  EXPECT_EQ(error.code(), ErrorCode::DEVICE_FAILED);
  EXPECT_EQ(error.text().summary, "CUDA's driver could not compile the kernels of preprocessing");
  EXPECT_EQ(error.text().found,
            "CUDA_ERROR_INVALID_PTX (218): a PTX JIT compilation failed; its compiler says: ptxas "
            "application ptx input, line 1; "
            "fatal   : Missing .version directive at start of file");
}

TEST_F(CudaModule, SaysWhatToDoAboutKernelsThatAreTooNew) {
  const Error driverTooOld = thrown([] { const Module module(context(), "x", ".version 99.0"); });
  EXPECT_NE(driverTooOld.text().remedy.find("a newer driver"), std::string::npos);
  const Error gpuTooOld = thrown([] { const Module module(context(), "x", ".version 8.5\n.target sm_120"); });
  EXPECT_NE(gpuTooOld.text().remedy.find("a newer GPU"), std::string::npos);
  control().fail("cuModuleLoadDataEx", 1, abi::kJitCompilerNotFound, 1);
  const Error noCompiler = thrown([] { const Module module(context(), "x", kPtx); });
  EXPECT_NE(noCompiler.text().remedy.find("libnvidia-ptxjitcompiler"), std::string::npos);
  control().fail("cuModuleLoadDataEx", 1, abi::kOutOfMemory, 1);
  EXPECT_EQ(thrown([] { const Module module(context(), "x", kPtx); }).code(), ErrorCode::OUT_OF_MEMORY);
}

TEST_F(CudaModule, NamesTheKernelItDoesNotHave) {
  const Module module(context(), "preprocessing", kPtx);
  const Error error = thrown([&] { static_cast<void>(module.function("shear")); });
  EXPECT_EQ(error.text().summary, "CUDA's driver failed in cuModuleGetFunction for shear");
  EXPECT_EQ(error.text().found, "CUDA_ERROR_NOT_FOUND (500): named symbol not found");
}

}  // namespace
}  // namespace edge::cuda
