// The floor under the JavaScript API: a plain loop over TensorFlow Lite's C functions.
//
//   tflite_loop LIBRARY MODEL THREADS
//
// It answers lines on standard input with one line each: "run N" with the nanoseconds that N inferences took
// together, "each N" with those of each of N that follow each other, "open" with those of opening the model
// once more (load, delegate, allocate the tensors and the buffers of a request), "start" with those of that
// and the first inference, which binds the buffers. Closing is not counted. A benchmark can so take turns
// with it in short rounds.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/buffer.h"
#include "tflite/abi.h"
#include "tflite/deleter.h"
#include "tflite/library.h"

namespace {

namespace abi = edge::tflite::abi;
using edge::tflite::Deleter;
using edge::tflite::Library;
using edge::tflite::Owned;
using Clock = std::chrono::steady_clock;

void ignore(void* /*user*/, const char* /*format*/, std::va_list /*arguments*/) {}

class Loop {
 public:
  Loop(const Library& library, const char* path, int threads)
      : library_(library),
        model_(library.ModelCreateFromFileWithErrorReporter(path, &ignore, nullptr), Deleter{&library}),
        delegate_(nullptr, library.XNNPackDelegateDelete),
        interpreter_(nullptr, Deleter{&library}) {
    check(model_ != nullptr, "the model cannot be loaded");
    abi::XnnpackOptions xnnpack = library.XNNPackDelegateOptionsDefault();
    xnnpack.numThreads = threads;
    delegate_.reset(library.XNNPackDelegateCreate(&xnnpack));
    const Owned<abi::InterpreterOptions> options(library.InterpreterOptionsCreate(), Deleter{&library});
    library.InterpreterOptionsSetNumThreads(options.get(), threads);
    library.InterpreterOptionsAddDelegate(options.get(), delegate_.get());
    interpreter_.reset(library.InterpreterCreate(model_.get(), options.get()));
    check(interpreter_ != nullptr, "no interpreter");
    check(library.InterpreterAllocateTensors(interpreter_.get()) == abi::kOk, "tensors cannot be allocated");
    input_ = std::make_unique<edge::Buffer>(
        library_.TensorByteSize(library_.InterpreterGetInputTensor(interpreter_.get(), 0)));
    output_ = std::make_unique<edge::Buffer>(
        library_.TensorByteSize(library_.InterpreterGetOutputTensor(interpreter_.get(), 0)));
  }

  void run(int count) {
    if (!bound_) bind();
    for (int i = 0; i < count; ++i)
      check(library_.InterpreterInvoke(interpreter_.get()) == abi::kOk, "a run failed");
  }

 private:
  static void check(bool condition, const char* message) {
    if (!condition) throw std::runtime_error(message);
  }

  void bind() {
    const abi::CustomAllocation input{input_->data(), input_->capacity()};
    const abi::CustomAllocation output{output_->data(), output_->capacity()};
    abi::Interpreter* interpreter = interpreter_.get();
    const int inputIndex = library_.InterpreterInputTensorIndices(interpreter)[0];
    const int outputIndex = library_.InterpreterOutputTensorIndices(interpreter)[0];
    check(library_.InterpreterSetCustomAllocationForTensor(interpreter, inputIndex, &input, 0) == abi::kOk,
          "bind");
    check(library_.InterpreterSetCustomAllocationForTensor(interpreter, outputIndex, &output, 0) == abi::kOk,
          "bind");
    check(library_.InterpreterAllocateTensors(interpreter) == abi::kOk, "bind");
    bound_ = true;
  }

  const Library& library_;
  std::unique_ptr<edge::Buffer> input_;
  std::unique_ptr<edge::Buffer> output_;
  Owned<abi::Model> model_;
  std::unique_ptr<abi::Delegate, void (*)(abi::Delegate*)> delegate_;
  Owned<abi::Interpreter> interpreter_;
  bool bound_ = false;
};

void runEach(Loop& loop, int count) {
  std::vector<std::int64_t> times;
  times.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const Clock::time_point begin = Clock::now();
    loop.run(1);
    times.push_back(std::chrono::nanoseconds(Clock::now() - begin).count());
  }
  for (const std::int64_t time : times) std::cout << time << ' ';
  std::cout << '\n' << std::flush;
}

int serve(const char* libraryPath, const char* modelPath, int threads) {
  const Library& library = Library::load({{libraryPath, "the command line"}});
  Loop loop(library, modelPath, threads);
  for (std::string command; std::cin >> command;) {
    int count = 0;
    if (command == "run" || command == "each") std::cin >> count;
    if (command == "each") {
      runEach(loop, count);
      continue;
    }
    const Clock::time_point begin = Clock::now();
    Clock::time_point end;
    std::unique_ptr<Loop> opened;
    if (command == "run") {
      loop.run(count);
      end = Clock::now();
    } else {
      // On a thread of its own, as a session has: memory that comes from the main thread's heap goes back to
      // the system each time, and costs twice as long.
      std::thread([&] {
        opened = std::make_unique<Loop>(library, modelPath, threads);
        if (command == "start") opened->run(1);
        end = Clock::now();
        opened.reset();
      }).join();
    }
    std::cout << std::chrono::nanoseconds(end - begin).count() << '\n' << std::flush;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: tflite_loop LIBRARY MODEL THREADS\n");
    return 2;
  }
  try {
    return serve(argv[1], argv[2], std::stoi(argv[3]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
