#include "kernels.h"

#include "gpu_image/kernels/pixel_arithmetic.h"

namespace edge::cuda_double {
namespace {

using gpu_image::Address;
using gpu_image::ColumnPass;
using gpu_image::Nv12Rows;
using gpu_image::RowPass;

void require(const void* memory, Address bytes) {
  requireReachable("cuLaunchKernel", reinterpret_cast<abi::DevicePointer>(memory), bytes);
}

/// Rows of so many bytes each.
void require(const void* memory, Address stride, Address rows, Address length) {
  require(memory, (rows - 1) * stride + length);
}

/// How many pixels windows reach over; windows of later values never begin before those of earlier ones.
Address reachOf(const unsigned* first, const int* weights, unsigned taps, unsigned count) {
  require(first, Address{count} * sizeof(*first));
  require(weights, Address{taps} * count * sizeof(*weights));
  return Address{first[count - 1]} + taps;
}

void requireMemory(const Nv12Rows& work) {
  require(work.luma, work.lumaStride, work.rows, work.width);
  require(work.chroma, work.chromaStride, (work.rows + work.odd + 1) / 2, (Address{work.width} + 1) / 2 * 2);
  require(work.target, Address{work.width} * work.rows * 3);
}

void requireMemory(const ColumnPass& work) {
  const Address reach = reachOf(work.first, work.weights, work.taps, work.count);
  require(work.source, work.sourceStride, work.rows, reach * 3);
  require(work.target, Address{work.count} * work.rows * 3);
}

void requireMemory(const RowPass& work) {
  const Address reach = reachOf(work.first, work.weights, work.taps, work.partHeight);
  require(work.source, work.sourceStride, reach, Address{work.partWidth} * 3);
  require(work.table, Address{work.valueBytes} * 3 * 256);
  require(work.target, Address{work.width} * work.height * 3 * work.valueBytes);
}

template <typename Work>
Operation over(Threads threads, void** parameters, void (*thread)(const Work&, unsigned x, unsigned y)) {
  return [threads, thread, work = *static_cast<const Work*>(parameters[0])] {
    requireMemory(work);
    for (unsigned y = 0; y < threads.rows; ++y) {
      for (unsigned x = 0; x < threads.columns; ++x) thread(work, x, y);
    }
  };
}

}  // namespace

Operation kernelNamed(const std::string& name, Threads threads, void** parameters) {
  if (name == "edge_convert_nv12") return over<Nv12Rows>(threads, parameters, gpu_image::convertNv12);
  if (name == "edge_pass_columns") return over<ColumnPass>(threads, parameters, gpu_image::passColumns);
  if (name == "edge_pass_rows") return over<RowPass>(threads, parameters, gpu_image::passRows);
  return [] {};
}

}  // namespace edge::cuda_double
