#pragma once

#include <string>

#include "model.h"
#include "stubs.h"

namespace edge::tensorrt_double {

/// Whether a node of this kind can be converted.
bool isSupported(const std::string& op);

/// Adds an ONNX graph to a network, through TensorRT's own interface alone.
class Conversion {
 public:
  /// @param model stays where it is for as long as the network: its weights are not copied.
  Conversion(const OnnxModel& model, INetworkDefinition& network) : model_(model), network_(network) {}

  void addInputs();
  /// @throws std::runtime_error saying why the node cannot be taken.
  void addNode(const OnnxNode& node);
  void markOutputs();

 private:
  const OnnxTensor* weights(const std::string& name) const;
  ITensor& tensor(const std::string& name, std::size_t rank);
  ITensor& constant(const OnnxTensor& weights, std::size_t rank);
  ILayer* layer(const OnnxNode& node);
  ILayer* gemm(const OnnxNode& node);
  ILayer* nonZero(const OnnxNode& node);
  std::size_t rank(const std::string& name) const;

  const OnnxModel& model_;
  INetworkDefinition& network_;
  std::map<std::string, ITensor*> tensors_;
  std::map<std::string, const OnnxTensor*> constants_;
};

}  // namespace edge::tensorrt_double
