#include "core/session.h"

namespace edge {

Request::Buffers allocateBuffers(const std::vector<TensorDesc>& tensors) {
  Request::Buffers buffers;
  buffers.reserve(tensors.size());
  for (const TensorDesc& tensor : tensors) buffers.push_back(std::make_shared<Buffer>(tensor.bytes));
  return buffers;
}

}  // namespace edge
