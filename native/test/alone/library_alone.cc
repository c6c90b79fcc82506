/// Runs one model by TensorFlow Lite's library with nothing of the project in between: where this crashes,
/// too, the fault is not ours.
///
/// `library_alone LIBRARY MODEL 0|1` (with XNNPACK or without). A signal is answered with the functions of
/// the library that were being called, innermost first, one on each line of standard output, and exit status
/// 128 + signal.

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "tflite/abi.h"

namespace {

namespace abi = edge::tflite::abi;

constexpr int kMostFrames = 64;
constexpr int kMostNamed = 6;
constexpr unsigned kMostSeconds = 4;

void reportError(void* /*user*/, const char* /*format*/, std::va_list /*arguments*/) {}

/// Prints the function of the library that a frame lies in. Not async-signal-safe: the process is lost
/// already, and an alarm ends what hangs here.
bool printFrame(void* frame) {
  Dl_info info{};
  if (dladdr(frame, &info) == 0 || info.dli_fname == nullptr || info.dli_sname == nullptr) return false;
  if (std::strstr(info.dli_fname, "tensorflowlite") == nullptr) return false;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      ::abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status), &std::free);
  std::puts(name != nullptr ? name.get() : info.dli_sname);
  return true;
}

void onSignal(int signal) {
  // What hangs in here ends without an answer.
  std::signal(SIGALRM, SIG_DFL);
  alarm(2);
  std::array<void*, kMostFrames> frames{};
  const int count = backtrace(frames.data(), kMostFrames);
  int named = 0;
  for (int i = 0; i < count && named < kMostNamed; ++i) {
    if (printFrame(frames.at(static_cast<std::size_t>(i)))) ++named;
  }
  std::fflush(stdout);
  _exit(128 + signal);
}

/// A stack of its own: what overflows the other one is told, too.
void watchSignals() {
  static std::array<char, std::size_t{256} * 1024> stack{};
  stack_t alternative{};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  sigaltstack(&alternative, nullptr);
  struct sigaction action{};
  action.sa_handler = onSignal;
  action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM})
    sigaction(signal, &action, nullptr);
  // The first call loads libgcc, which a handler must not.
  std::array<void*, 1> frame{};
  backtrace(frame.data(), 1);
}

/// The library's functions, looked up by name.
class Library {
 public:
  explicit Library(const char* path) : handle_(dlopen(path, RTLD_NOW)) {
    if (handle_ == nullptr) fail(dlerror());
  }

  template <typename Function>
  Function* get(const char* name) const {
    void* symbol = dlsym(handle_, name);
    if (symbol == nullptr) fail(name);
    return reinterpret_cast<Function*>(symbol);
  }

  [[noreturn]] static void fail(const char* why) {
    std::fprintf(stderr, "%s\n", why);
    std::exit(2);
  }

 private:
  void* handle_;
};

/// The same values that test/hostile/children/runs.mjs writes, roughly: of either sign, and indices that
/// there are.
void fill(void* data, std::size_t bytes, abi::Type type) {
  auto* values = static_cast<unsigned char*>(data);
  if (data == nullptr) return;
  if (type == abi::Type::float32) {
    for (std::size_t i = 0; i + 4 <= bytes; i += 4) {
      const float value = static_cast<float>((i / 4 * 37) % 19) / 8 - 1;
      std::memcpy(values + i, &value, sizeof value);
    }
    return;
  }
  const std::size_t size = type == abi::Type::int64 ? 8 : type == abi::Type::int32 ? 4 : 1;
  const std::size_t most = size == 1 ? 127 : 3;
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::size_t value = i % size == 0 ? (i / size) * (size == 1 ? 37 : 1) % most : 0;
    values[i] = static_cast<unsigned char>(value);
  }
}

/// Asks for the names of a signature's tensors, as whoever calls it has to.
void readSignatures(const Library& library, abi::Interpreter* interpreter) {
  const auto count =
      library.get<std::int32_t(const abi::Interpreter*)>("TfLiteInterpreterGetSignatureCount")(interpreter);
  for (std::int32_t i = 0; i < count; ++i) {
    const char* key = library.get<const char*(const abi::Interpreter*, std::int32_t)>(
        "TfLiteInterpreterGetSignatureKey")(interpreter, i);
    auto* runner = library.get<abi::SignatureRunner*(const abi::Interpreter*, const char*)>(
        "TfLiteInterpreterGetSignatureRunner")(interpreter, key);
    if (runner == nullptr) continue;
    for (const bool isInput : {true, false}) {
      const auto tensors = library.get<std::size_t(const abi::SignatureRunner*)>(
          isInput ? "TfLiteSignatureRunnerGetInputCount" : "TfLiteSignatureRunnerGetOutputCount")(runner);
      const auto nameOf = library.get<const char*(const abi::SignatureRunner*, std::int32_t)>(
          isInput ? "TfLiteSignatureRunnerGetInputName" : "TfLiteSignatureRunnerGetOutputName");
      for (std::size_t at = 0; at < tensors; ++at) nameOf(runner, static_cast<std::int32_t>(at));
    }
  }
}

int run(const Library& library, const std::vector<char>& model, bool xnnpack) {
  auto* loaded = library.get<abi::Model*(const void*, std::size_t, abi::ErrorReporter, void*)>(
      "TfLiteModelCreateWithErrorReporter")(model.data(), model.size(), reportError, nullptr);
  if (loaded == nullptr) return 1;
  auto* options = library.get<abi::InterpreterOptions*()>("TfLiteInterpreterOptionsCreate")();
  library.get<void(abi::InterpreterOptions*, std::int32_t)>("TfLiteInterpreterOptionsSetNumThreads")(options,
                                                                                                     1);
  abi::Delegate* delegate = nullptr;
  if (xnnpack) {
    const auto defaults = library.get<abi::XnnpackOptions()>("TfLiteXNNPackDelegateOptionsDefault")();
    delegate =
        library.get<abi::Delegate*(const abi::XnnpackOptions*)>("TfLiteXNNPackDelegateCreate")(&defaults);
    library.get<void(abi::InterpreterOptions*, abi::Delegate*)>("TfLiteInterpreterOptionsAddDelegate")(
        options, delegate);
  }
  auto* interpreter = library.get<abi::Interpreter*(const abi::Model*, const abi::InterpreterOptions*)>(
      "TfLiteInterpreterCreate")(loaded, options);
  if (interpreter == nullptr) return 1;
  if (library.get<abi::Status(abi::Interpreter*)>("TfLiteInterpreterAllocateTensors")(interpreter) !=
      abi::kOk) {
    return 1;
  }
  readSignatures(library, interpreter);
  const auto inputs =
      library.get<std::int32_t(const abi::Interpreter*)>("TfLiteInterpreterGetInputTensorCount")(interpreter);
  for (std::int32_t i = 0; i < inputs; ++i) {
    auto* tensor = library.get<abi::Tensor*(const abi::Interpreter*, std::int32_t)>(
        "TfLiteInterpreterGetInputTensor")(interpreter, i);
    fill(library.get<void*(const abi::Tensor*)>("TfLiteTensorData")(tensor),
         library.get<std::size_t(const abi::Tensor*)>("TfLiteTensorByteSize")(tensor),
         library.get<abi::Type(const abi::Tensor*)>("TfLiteTensorType")(tensor));
  }
  const abi::Status status =
      library.get<abi::Status(abi::Interpreter*)>("TfLiteInterpreterInvoke")(interpreter);
  // Freeing finds what was written beyond its end.
  library.get<void(abi::Interpreter*)>("TfLiteInterpreterDelete")(interpreter);
  if (delegate != nullptr) library.get<void(abi::Delegate*)>("TfLiteXNNPackDelegateDelete")(delegate);
  return status == abi::kOk ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) Library::fail("usage: library_alone LIBRARY MODEL 0|1");
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  const Library library(arguments[1]);
  std::ifstream file(arguments[2], std::ios::binary);
  const std::vector<char> model{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (model.empty()) Library::fail("no model");
  watchSignals();
  alarm(kMostSeconds);
  return run(library, model, std::string(arguments[3]) == "1");
}
