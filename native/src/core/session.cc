#include "core/session.h"

namespace edge {
namespace {

Request::Buffers allocate(const std::vector<TensorDesc>& tensors) {
  Request::Buffers buffers;
  buffers.reserve(tensors.size());
  for (const TensorDesc& tensor : tensors) buffers.push_back(std::make_shared<Buffer>(tensor.bytes));
  return buffers;
}

}  // namespace

Request::Request(const std::vector<TensorDesc>& inputs, const std::vector<TensorDesc>& outputs)
    : inputs_(allocate(inputs)), outputs_(allocate(outputs)) {
  outputShapes_.reserve(outputs.size());
  for (const TensorDesc& output : outputs) outputShapes_.push_back(output.shape);
}

}  // namespace edge
