#include "stream.h"

#include <dlfcn.h>

namespace edge::tensorrt_double {

namespace {

/// A function of the driver's, or null. The real libraries find it by its name too; the one loaded may be a
/// double.
template <typename Function>
Function* driver(const char* name) {
  void* library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  if (library == nullptr) return nullptr;
  auto* function = reinterpret_cast<Function*>(dlsym(library, name));
  dlclose(library);
  return function;
}

using LaunchHostFunc = int(cudaStream_t, void (*)(void*), void*);
using StreamSynchronize = int(cudaStream_t);
using StreamIsCapturing = int(cudaStream_t, int*);

}  // namespace

bool launch(cudaStream_t stream, void (*function)(void*), void* argument) {
  auto* launchHostFunc = driver<LaunchHostFunc>("cuLaunchHostFunc");
  if (launchHostFunc == nullptr) {
    function(argument);
    return true;
  }
  return launchHostFunc(stream, function, argument) == 0;
}

bool synchronize(cudaStream_t stream) {
  auto* streamSynchronize = driver<StreamSynchronize>("cuStreamSynchronize");
  return streamSynchronize == nullptr || streamSynchronize(stream) == 0;
}

bool isCapturing(cudaStream_t stream) {
  auto* streamIsCapturing = driver<StreamIsCapturing>("cuStreamIsCapturing");
  int status = 0;
  return streamIsCapturing != nullptr && streamIsCapturing(stream, &status) == 0 && status != 0;
}

}  // namespace edge::tensorrt_double
