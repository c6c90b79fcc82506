// Modules: PTX is looked over, and never run. Kernels of ours run as the C++ that they are compiled from.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kernels.h"
#include "stream.h"

namespace edge::cuda::abi {

struct CUfunc_st {
  std::string name;
};

struct CUmod_st {
  std::string ptx;
  std::mutex mutex;
  std::vector<std::unique_ptr<CUfunc_st>> functions;
};

}  // namespace edge::cuda::abi

namespace edge::cuda_double {
namespace {

/// Newer than this no driver here compiles.
constexpr int kNewestPtx = 9;

/// The number after a directive, or 0 if it is not there.
long numberAfter(const std::string& ptx, const std::string& directive) {
  const auto at = ptx.find(directive);
  return at == std::string::npos ? 0 : std::strtol(ptx.c_str() + at + directive.size(), nullptr, 10);
}

abi::Result lookOver(const std::string& ptx, std::string& log) {
  const long version = numberAfter(ptx, ".version ");
  if (version == 0) {
    log = "ptxas application ptx input, line 1; fatal   : Missing .version directive at start of file";
    return abi::kInvalidPtx;
  }
  if (version > kNewestPtx) {
    log = "ptxas application ptx input, line 1; fatal   : Unsupported .version";
    return abi::kUnsupportedPtxVersion;
  }
  const Settings settings = State::instance().settings();
  const bool tooNew = numberAfter(ptx, ".target sm_") > settings.computeMajor * 10 + settings.computeMinor;
  return tooNew ? abi::kNoBinaryForGpu : abi::kSuccess;
}

}  // namespace
}  // namespace edge::cuda_double

using namespace edge::cuda_double;  // NOLINT(google-build-using-namespace): the exports are the file's
                                    // purpose

extern "C" {

abi::Result cuModuleLoadDataEx(abi::Module* module, const void* image, unsigned options,
                               abi::JitOption* names, void** values) {
  const Entered entered = enter("cuModuleLoadDataEx", Needs::quiet, std::to_string(options));
  if (entered.fails()) return entered.result;
  auto object = std::make_shared<abi::CUmod_st>();
  object->ptx = static_cast<const char*>(image);
  std::string log;
  const abi::Result result = lookOver(object->ptx, log);
  char* to = nullptr;
  std::size_t capacity = 0;
  for (unsigned i = 0; i < options; ++i) {
    if (names[i] == abi::JitOption::errorLog) to = static_cast<char*>(values[i]);
    if (names[i] == abi::JitOption::errorLogBytes) capacity = reinterpret_cast<std::size_t>(values[i]);
  }
  if (to != nullptr) log.copy(to, capacity);
  if (result == abi::kSuccess) *module = State::instance().add(Kind::module, std::move(object));
  return result;
}

abi::Result cuModuleUnload(abi::Module module) {
  const Entered entered = enter("cuModuleUnload", Needs::quiet, text(module));
  if (!entered.refuses()) State::instance().take(Kind::module, module);
  return entered.result;
}

abi::Result cuModuleGetFunction(abi::Function* function, abi::Module module, const char* name) {
  const Entered entered = enter("cuModuleGetFunction", Needs::context, name);
  if (entered.fails()) return entered.result;
  const std::shared_ptr<abi::CUmod_st> object = State::instance().get(Kind::module, module);
  if (object->ptx.find(std::string(".entry ") + name + "(") == std::string::npos) return abi::kNotFound;
  const std::scoped_lock lock(object->mutex);
  object->functions.push_back(std::make_unique<abi::CUfunc_st>());
  object->functions.back()->name = name;
  *function = object->functions.back().get();
  return abi::kSuccess;
}

abi::Result cuLaunchKernel(abi::Function function, unsigned gridX, unsigned gridY, unsigned gridZ,
                           unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,
                           abi::Stream stream, void** parameters, void** extra) {
  const auto sizes = [](unsigned x, unsigned y, unsigned z) {
    return std::to_string(x) + "x" + std::to_string(y) + "x" + std::to_string(z);
  };
  const Entered entered = enter("cuLaunchKernel", Needs::context,
                                function->name + ", " + sizes(gridX, gridY, gridZ) + ", " +
                                    sizes(blockX, blockY, blockZ) + ", " + std::to_string(sharedBytes));
  if (entered.fails()) return entered.result;
  if (gridX * gridY * gridZ == 0 || blockX * blockY * blockZ == 0 || extra != nullptr)
    return abi::kInvalidValue;
  return streamOf(stream)->put(kernelNamed(function->name, {gridX * blockX, gridY * blockY}, parameters));
}
}
