#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "graph.h"
#include "stubs.h"

namespace edge::tensorrt_double {

class Tensor final : public TensorStub {
 public:
  Tensor(std::int32_t number, TensorInfo info) : index(number), info_(std::move(info)) {}

  void onSetName(char const* name) override { info_.name = name; }
  char const* onGetName() const override { return info_.name.c_str(); }
  void onSetDimensions(Dims const& dimensions) override { info_.shape = shape(dimensions); }
  Dims onGetDimensions() const override { return dims(info_.shape); }
  DataType onGetType() const override { return info_.type; }
  bool onIsNetworkInput() const override { return info_.input; }
  bool onIsNetworkOutput() const override { return info_.output; }
  bool onIsShapeTensor() const override { return false; }
  bool onIsExecutionTensor() const override { return true; }
  TensorLocation onGetLocation() const override { return TensorLocation::kDEVICE; }
  void onSetAllowedFormats(TensorFormats formats) override { formats_ = formats; }
  TensorFormats onGetAllowedFormats() const override { return formats_; }
  void onSetDimensionName(std::int32_t axis, char const* name) override { dimensionNames_[axis] = name; }
  char const* onGetDimensionName(std::int32_t axis) const override {
    const auto found = dimensionNames_.find(axis);
    return found == dimensionNames_.end() ? nullptr : found->second.c_str();
  }
#if NV_TENSORRT_MAJOR < 11
  void onSetType(DataType type) override { info_.type = type; }
#endif

  const TensorInfo& info() const { return info_; }
  void markOutput(bool output) { info_.output = output; }
  void becomes(DataType type) { info_.type = type; }

  const std::int32_t index;

 private:
  TensorInfo info_;
  TensorFormats formats_ = 1;
  std::map<std::int32_t, std::string> dimensionNames_;
};

/// What a layer is, whichever its interface.
class LayerData {
 public:
  virtual ~LayerData() = default;
  virtual ILayer& layer() = 0;

  Node node;
  std::vector<Tensor*> inputs;
  Tensor* output = nullptr;
  const void* weights = nullptr;  ///< Of a constant: the caller's own memory, as with TensorRT.
  std::string name;
};

class Network final : public NetworkDefinitionStub {
 public:
  Network(IBuilder& builder, ILogger* logger, NetworkDefinitionCreationFlags flags)
      : builder_(builder), logger_(logger), flags_(flags) {}

  ITensor* onAddInput(char const* name, DataType type, Dims const& dimensions) override;
  void onMarkOutput(ITensor& tensor) override;
  void onUnmarkOutput(ITensor& tensor) override;
  IActivationLayer* onAddActivation(ITensor& input, ActivationType type) override;
  ICastLayer* onAddCast(ITensor& input, DataType toType) override;
  IConstantLayer* onAddConstant(Dims const& dimensions, Weights weights) override;
  IElementWiseLayer* onAddElementWise(ITensor& input1, ITensor& input2, ElementWiseOperation op) override;
  IMatrixMultiplyLayer* onAddMatrixMultiply(ITensor& input0, MatrixOperation op0, ITensor& input1,
                                            MatrixOperation op1) override;
  INonZeroLayer* onAddNonZero(ITensor& input) override;
  IQuantizeLayer* onAddQuantizeV2(ITensor& input, ITensor& scale, DataType outputType) override;
  IDequantizeLayer* onAddDequantizeV2(ITensor& input, ITensor& scale, DataType outputType) override;
  bool onSetWeightsName(Weights weights, char const* name) override;

  std::int32_t onGetNbLayers() const override { return static_cast<std::int32_t>(layers_.size()); }
  ILayer* onGetLayer(std::int32_t index) const override;
  std::int32_t onGetNbInputs() const override { return static_cast<std::int32_t>(inputs_.size()); }
  ITensor* onGetInput(std::int32_t index) const override;
  std::int32_t onGetNbOutputs() const override { return static_cast<std::int32_t>(outputs_.size()); }
  ITensor* onGetOutput(std::int32_t index) const override;
  void onSetName(char const* name) override { name_ = name; }
  char const* onGetName() const override { return name_.c_str(); }
  bool onHasImplicitBatchDimension() const override { return false; }
  IBuilder& onGetBuilder() const override { return builder_; }
  NetworkDefinitionCreationFlags onGetFlags() const override { return flags_; }
  bool onGetFlag(NetworkDefinitionCreationFlag flag) const override {
    return (flags_ >> static_cast<unsigned>(flag) & 1U) != 0;
  }

  /// The tensors and nodes of an engine; reads the weights.
  Plan plan() const;
  const std::vector<std::unique_ptr<LayerData>>& layers() const { return layers_; }

 private:
  template <typename Interface>
  Interface* add(Op op, const std::vector<ITensor*>& inputs);
  template <typename Interface>
  Interface* addShaped(Op op, std::vector<Tensor*> inputs, Shape shape, DataType type);
  Tensor& newTensor(TensorInfo info);

  IBuilder& builder_;
  ILogger* logger_;
  NetworkDefinitionCreationFlags flags_;
  std::string name_ = "Unnamed Network 0";
  std::vector<std::unique_ptr<Tensor>> tensors_;
  std::vector<std::unique_ptr<LayerData>> layers_;
  std::vector<Tensor*> inputs_;
  std::vector<Tensor*> outputs_;
  std::map<const void*, std::string> weightsNames_;
};

}  // namespace edge::tensorrt_double
