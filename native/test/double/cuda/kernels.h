#pragma once

#include <string>

#include "stream.h"

namespace edge::cuda_double {

/// Threads of a launch: blocks times threads of one, in two dimensions.
struct Threads {
  unsigned columns = 0;
  unsigned rows = 0;
};

/// What a kernel of ours does, thread by thread, in C++ out of the header that it is compiled from for the
/// GPU. Its parameters are read in the call.
/// @returns nothing for other kernels, which are recorded and do nothing.
Operation kernelNamed(const std::string& name, Threads threads, void** parameters);

}  // namespace edge::cuda_double
