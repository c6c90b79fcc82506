// The kernels' entry points: each thread works out one pixel. What it does is in pixel_arithmetic.h.
#include "pixel_arithmetic.h"

namespace {

__device__ unsigned column() {
  return blockIdx.x * blockDim.x + threadIdx.x;
}

__device__ unsigned row() {
  return blockIdx.y * blockDim.y + threadIdx.y;
}

}  // namespace

extern "C" __global__ void edge_convert_nv12(const edge::gpu_image::Nv12Rows work) {
  edge::gpu_image::convertNv12(work, column(), row());
}

extern "C" __global__ void edge_pass_columns(const edge::gpu_image::ColumnPass work) {
  edge::gpu_image::passColumns(work, column(), row());
}

extern "C" __global__ void edge_pass_rows(const edge::gpu_image::RowPass work) {
  edge::gpu_image::passRows(work, column(), row());
}
