// The floor under the JavaScript API on a GPU: a plain loop over TensorRT and CUDA's driver, as somebody
// would write it by hand who has one engine to run. Built once for each major version of TensorRT.
//
//   tensorrt_loop LIBNVINFER LIBCUDA PLAN copied|mapped graph|plain
//
// It answers lines on standard input with one line each: "input I FILE" fills the I-th input with the file's
// bytes, "output I FILE" writes those of the I-th output, "each N" runs N times, one after the other, and
// tells the nanoseconds of each. A benchmark can so take turns with it in short rounds.

#include <NvInferRuntime.h>
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "cuda/abi.h"

namespace {

namespace abi = edge::cuda::abi;
using Clock = std::chrono::steady_clock;

void check(bool condition, const std::string& message) {
  if (!condition) throw std::runtime_error(message);
}

void* openLibrary(const char* path) {
  void* const library = ::dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  check(library != nullptr, std::string("cannot be loaded: ") + path);
  return library;
}

template <typename Function>
Function* find(void* library, const char* name) {
  void* const found = ::dlsym(library, name);
  check(found != nullptr, std::string("there is no ") + name);
  return reinterpret_cast<Function*>(found);
}

/// What the loop uses of the driver: cuda.h would name it, and `-lcuda` link it.
class Cuda {
 public:
  explicit Cuda(void* library) : library_(library) {
    call<unsigned>("cuInit", 0U);
    abi::Device device = 0;
    call<abi::Device*, int>("cuDeviceGet", &device, 0);
    abi::Context context = nullptr;
    call<abi::Context*, abi::Device>("cuDevicePrimaryCtxRetain", &context, device);
    call<abi::Context>("cuCtxPushCurrent_v2", context);
  }

  /// Calls a function that is called seldom.
  template <typename... Arguments>
  void call(const char* name, Arguments... arguments) const {
    const abi::Result result = find<abi::Result(Arguments...)>(library_, name)(arguments...);
    check(result == abi::kSuccess, std::string(name) + " gave " + std::to_string(result));
  }

  void* library() const noexcept { return library_; }

 private:
  void* library_;
};

class Log final : public nvinfer1::ILogger {
 public:
  void log(Severity severity, const char* message) noexcept override {
    if (severity <= Severity::kWARNING) static_cast<void>(std::fprintf(stderr, "%s\n", message));
  }
};

std::size_t elementBytes(nvinfer1::DataType type) {
  switch (type) {
    case nvinfer1::DataType::kFLOAT:
    case nvinfer1::DataType::kINT32:
      return 4;
    case nvinfer1::DataType::kHALF:
    case nvinfer1::DataType::kBF16:
      return 2;
    case nvinfer1::DataType::kINT8:
    case nvinfer1::DataType::kUINT8:
    case nvinfer1::DataType::kBOOL:
      return 1;
    case nvinfer1::DataType::kINT64:
      return 8;
    default:
      throw std::runtime_error("a tensor has a type that the loop does not know");
  }
}

std::vector<char> readFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  check(file.good(), "cannot be read: " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A tensor of the engine, in page-locked memory.
struct Tensor {
  std::size_t bytes = 0;
  void* host = nullptr;
  abi::DevicePointer device = 0;
};

class Loop {
 public:
  Loop(void* nvinfer, const Cuda& cuda, const std::string& plan, bool copied, bool graph)
      : cuda_(cuda),
        copyIn_(find<CopyIn>(cuda.library(), "cuMemcpyHtoDAsync_v2")),
        copyOut_(find<CopyOut>(cuda.library(), "cuMemcpyDtoHAsync_v2")),
        launch_(find<Launch>(cuda.library(), "cuGraphLaunch")),
        synchronize_(find<Synchronize>(cuda.library(), "cuStreamSynchronize")),
        copied_(copied) {
    // The library's own version: it may be older than the headers.
    const std::int32_t version = find<std::int32_t()>(nvinfer, "getInferLibVersion")();
    auto* const create = find<void*(void*, std::int32_t)>(nvinfer, "createInferRuntime_INTERNAL");
    runtime_.reset(static_cast<nvinfer1::IRuntime*>(create(&log_, version)));
    check(runtime_ != nullptr, "no runtime");
    const std::vector<char> bytes = readFile(plan);
    engine_.reset(runtime_->deserializeCudaEngine(bytes.data(), bytes.size()));
    check(engine_ != nullptr, "the engine cannot be loaded");
    context_.reset(engine_->createExecutionContext());
    check(context_ != nullptr, "no execution context");
    cuda.call("cuStreamCreate", &stream_, abi::kStreamNonBlocking);
    for (std::int32_t i = 0; i < engine_->getNbIOTensors(); ++i) addTensor(engine_->getIOTensorName(i));
    // What TensorRT sets up at the first inference must not be recorded.
    run();
    if (graph) record();
  }

  void run() {
    if (copied_) {
      for (const Tensor& input : inputs_) {
        check(copyIn_(input.device, input.host, input.bytes, stream_) == abi::kSuccess, "copying in");
      }
    }
    // As trtexec does, the inference alone is a graph.
    if (graph_ != nullptr) {
      check(launch_(graph_, stream_) == abi::kSuccess, "launching");
    } else {
      enqueue();
    }
    if (copied_) {
      for (const Tensor& output : outputs_) {
        check(copyOut_(output.host, output.device, output.bytes, stream_) == abi::kSuccess, "copying out");
      }
    }
    check(synchronize_(stream_) == abi::kSuccess, "the run failed");
  }

  void fill(std::size_t input, const std::string& path) {
    const std::vector<char> bytes = readFile(path);
    const Tensor& tensor = inputs_.at(input);
    check(bytes.size() == tensor.bytes, path + " is not as large as the input");
    std::copy(bytes.begin(), bytes.end(), static_cast<char*>(tensor.host));
  }

  void write(std::size_t output, const std::string& path) const {
    const Tensor& tensor = outputs_.at(output);
    std::ofstream file(path, std::ios::binary);
    file.write(static_cast<const char*>(tensor.host), static_cast<std::streamsize>(tensor.bytes));
    check(file.flush().good(), "cannot be written: " + path);
  }

 private:
  using CopyIn = abi::Result(abi::DevicePointer, const void*, std::size_t, abi::Stream);
  using CopyOut = abi::Result(void*, abi::DevicePointer, std::size_t, abi::Stream);
  using Launch = abi::Result(abi::GraphExec, abi::Stream);
  using Synchronize = abi::Result(abi::Stream);

  void addTensor(const char* name) {
    Tensor tensor;
    tensor.bytes = elementBytes(engine_->getTensorDataType(name));
    const nvinfer1::Dims shape = context_->getTensorShape(name);
    for (std::int32_t i = 0; i < shape.nbDims; ++i) {
      check(shape.d[i] > 0, std::string("the shape is open: ") + name);
      tensor.bytes *= static_cast<std::size_t>(shape.d[i]);
    }
    cuda_.call("cuMemHostAlloc", &tensor.host, tensor.bytes, abi::kHostPortable | abi::kHostMapped);
    if (copied_) {
      cuda_.call("cuMemAlloc_v2", &tensor.device, tensor.bytes);
    } else {
      cuda_.call("cuMemHostGetDevicePointer_v2", &tensor.device, tensor.host, 0U);
    }
    check(context_->setTensorAddress(name, abi::toPointer(tensor.device)), "an address is refused");
    const bool input = engine_->getTensorIOMode(name) == nvinfer1::TensorIOMode::kINPUT;
    (input ? inputs_ : outputs_).push_back(tensor);
  }

  void enqueue() {
    check(context_->enqueueV3(reinterpret_cast<cudaStream_t>(stream_)), "the run is refused");
  }

  void record() {
    abi::Graph graph = nullptr;
    cuda_.call("cuStreamBeginCapture_v2", stream_, abi::CaptureMode::threadLocal);
    enqueue();
    cuda_.call("cuStreamEndCapture", stream_, &graph);
    cuda_.call("cuGraphInstantiateWithFlags", &graph_, graph, 0ULL);
    cuda_.call("cuGraphDestroy", graph);
  }

  const Cuda& cuda_;
  CopyIn* copyIn_;
  CopyOut* copyOut_;
  Launch* launch_;
  Synchronize* synchronize_;
  bool copied_;
  Log log_;
  std::unique_ptr<nvinfer1::IRuntime> runtime_;
  std::unique_ptr<nvinfer1::ICudaEngine> engine_;
  std::unique_ptr<nvinfer1::IExecutionContext> context_;
  // These and the tensors go with the process, which has nothing else to do.
  abi::Stream stream_ = nullptr;
  abi::GraphExec graph_ = nullptr;
  std::vector<Tensor> inputs_;
  std::vector<Tensor> outputs_;
};

void runEach(Loop& loop, std::size_t count) {
  std::vector<std::int64_t> times;
  times.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Clock::time_point begin = Clock::now();
    loop.run();
    times.push_back(std::chrono::nanoseconds(Clock::now() - begin).count());
  }
  for (const std::int64_t time : times) std::cout << time << ' ';
  std::cout << '\n' << std::flush;
}

void serve(Loop& loop) {
  std::string command;
  for (std::size_t number = 0; std::cin >> command >> number;) {
    if (command == "each") {
      runEach(loop, number);
      continue;
    }
    std::string path;
    std::getline(std::cin >> std::ws, path);
    check(command == "input" || command == "output", "unknown: " + command);
    if (command == "input") loop.fill(number, path);
    if (command == "output") loop.write(number, path);
    std::cout << "done\n" << std::flush;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != 5) {
    static_cast<void>(
        std::fprintf(stderr, "usage: tensorrt_loop LIBNVINFER LIBCUDA PLAN copied|mapped graph|plain\n"));
    return 2;
  }
  try {
    // The driver first: TensorRT then finds this one.
    const Cuda cuda(openLibrary(arguments[1].c_str()));
    Loop loop(openLibrary(arguments[0].c_str()), cuda, arguments[2], arguments[3] == "copied",
              arguments[4] == "graph");
    serve(loop);
  } catch (const std::exception& error) {
    static_cast<void>(std::fprintf(stderr, "%s\n", error.what()));
    return 1;
  }
  return 0;
}
