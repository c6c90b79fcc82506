#include "cuda/module.h"

#include <array>
#include <utility>

#include "core/error.h"

namespace edge::cuda {
namespace {

constexpr std::size_t kLogBytes = 8192;

const char* remedyForCompiling(abi::Result result) {
  switch (result) {
    case abi::kUnsupportedPtxVersion:
      return "These kernels are for a newer driver than this one: install a newer driver, or do without "
             "them.";
    case abi::kNoBinaryForGpu:
      return "These kernels are for a newer GPU than this one: do without them.";
    case abi::kJitCompilerNotFound:
      return "The driver's compiler, libnvidia-ptxjitcompiler.so.1, is not installed: install the whole "
             "driver, and in a container "
             "let it through.";
    default:
      return "Do without these kernels, and report what the compiler said.";
  }
}

}  // namespace

Module::Module(SharedContext context, const std::string& name, const std::string& ptx)
    : context_(std::move(context)) {
  const ContextScope scope(*context_);
  const Driver& driver = context_->driver();
  std::array<char, kLogBytes> log{};
  std::array<abi::JitOption, 2> options{abi::JitOption::errorLog, abi::JitOption::errorLogBytes};
  // The driver takes numbers in place of addresses. One byte fewer: the log ends with a zero, whatever the
  // driver does.
  std::array<void*, 2> values{log.data(), abi::toPointer(log.size() - 1)};
  const abi::Result result = driver.ModuleLoadDataEx(
      &handle_, ptx.c_str(), static_cast<unsigned>(options.size()), options.data(), values.data());
  if (result == abi::kSuccess) return;
  if (result == abi::kOutOfMemory) driver.check(result, "cuModuleLoadDataEx");
  std::string found = driver.describe(result);
  if (log.front() != '\0') found += std::string("; its compiler says: ") + log.data();
  throw Error(ErrorCode::DEVICE_FAILED, {"CUDA's driver could not compile the kernels of " + name, "", found,
                                         remedyForCompiling(result)});
}

Module::~Module() {
  const ContextScope scope(*context_, std::nothrow);
  if (scope) static_cast<void>(context_->driver().ModuleUnload(handle_));
}

Function Module::function(const std::string& name) const {
  const ContextScope scope(*context_);
  const Driver& driver = context_->driver();
  abi::Function function = nullptr;
  driver.check(driver.ModuleGetFunction(&function, handle_, name.c_str()),
               ("cuModuleGetFunction for " + name).c_str());
  return {driver, function};
}

void Function::launch(const Stream& stream, Extent grid, Extent block, void** parameters,
                      unsigned sharedBytes) const {
  driver_.check(driver_.LaunchKernel(handle_, grid.x, grid.y, grid.z, block.x, block.y, block.z, sharedBytes,
                                     stream.handle(), parameters, nullptr),
                "cuLaunchKernel");
}

}  // namespace edge::cuda
