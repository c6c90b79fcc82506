#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "recorded_layers.h"

namespace edge::tensorrt_double {

/// What a parser asks of a builder: where plugins are, among which it looks for operators that it does not
/// know.
class RecordedBuilder final : public BuilderStub {
 public:
  explicit RecordedBuilder(IPluginRegistry& plugins) : plugins_(plugins) {}
  IPluginRegistry& onGetPluginRegistry() override { return plugins_; }

 private:
  IPluginRegistry& plugins_;
};

/// A network that keeps what a parser adds to it, with the shapes that the parser asks for: image
/// classifiers' kinds of layers and no others. It needs no GPU, where the real library's network does.
class RecordedNetwork final : public NetworkDefinitionStub {
 public:
  explicit RecordedNetwork(IPluginRegistry& plugins) : builder_(plugins) {}

  /// How many layers there are of each kind, by names of ours.
  std::map<std::string, int> kinds() const;

  ITensor* onAddInput(char const* name, DataType type, Dims const& dimensions) override;
  void onMarkOutput(ITensor& tensor) override;
  IActivationLayer* onAddActivation(ITensor& input, ActivationType type) override;
  ILRNLayer* onAddLRN(ITensor& input, std::int64_t window, float alpha, float beta, float k) override;
  IScaleLayer* onAddScaleNd(ITensor& input, ScaleMode mode, Weights shift, Weights scale, Weights power,
                            std::int32_t channelAxis) override;
  ISoftMaxLayer* onAddSoftMax(ITensor& input) override;
  IConcatenationLayer* onAddConcatenation(ITensor* const* inputs, std::int32_t count) override;
  IElementWiseLayer* onAddElementWise(ITensor& input1, ITensor& input2, ElementWiseOperation op) override;
  IShuffleLayer* onAddShuffle(ITensor& input) override;
  IReduceLayer* onAddReduce(ITensor& input, ReduceOperation operation, std::uint32_t axes,
                            bool keep) override;
  IMatrixMultiplyLayer* onAddMatrixMultiply(ITensor& input0, MatrixOperation op0, ITensor& input1,
                                            MatrixOperation op1) override;
  IConstantLayer* onAddConstant(Dims const& dimensions, Weights weights) override;
  IConvolutionLayer* onAddConvolutionNd(ITensor& input, std::int64_t maps, Dims const& kernelSize,
                                        Weights kernel, Weights bias) override;
  IPoolingLayer* onAddPoolingNd(ITensor& input, PoolingType type, Dims const& windowSize) override;
  IQuantizeLayer* onAddQuantize(ITensor& input, ITensor& scale) override {
    return onAddQuantizeV2(input, scale, DataType::kINT8);
  }
  IDequantizeLayer* onAddDequantize(ITensor& input, ITensor& scale) override {
    return onAddDequantizeV2(input, scale, DataType::kFLOAT);
  }
  IQuantizeLayer* onAddQuantizeV2(ITensor& input, ITensor& scale, DataType outputType) override;
  IDequantizeLayer* onAddDequantizeV2(ITensor& input, ITensor& scale, DataType outputType) override;
  ISqueezeLayer* onAddSqueeze(ITensor& input, ITensor& axes) override;
  bool onSetWeightsName(Weights, char const*) override { return true; }
  void onSetName(char const* name) override { name_ = name; }
  char const* onGetName() const override { return name_.c_str(); }

  std::int32_t onGetNbLayers() const override { return static_cast<std::int32_t>(layers_.size()); }
  ILayer* onGetLayer(std::int32_t index) const override;
  std::int32_t onGetNbInputs() const override { return static_cast<std::int32_t>(inputs_.size()); }
  ITensor* onGetInput(std::int32_t index) const override {
    return inputs_.at(static_cast<std::size_t>(index)).get();
  }
  std::int32_t onGetNbOutputs() const override { return static_cast<std::int32_t>(outputs_.size()); }
  ITensor* onGetOutput(std::int32_t index) const override {
    return outputs_.at(static_cast<std::size_t>(index));
  }
  void onSetErrorRecorder(IErrorRecorder* recorder) override { recorder_ = recorder; }
  IErrorRecorder* onGetErrorRecorder() const override { return recorder_; }
  bool onHasImplicitBatchDimension() const override { return false; }
  IBuilder& onGetBuilder() const override { return builder_; }
  NetworkDefinitionCreationFlags onGetFlags() const override { return 0; }
  bool onGetFlag(NetworkDefinitionCreationFlag) const override { return false; }

 private:
  template <typename Layer>
  Layer* add(const char* kind, std::vector<ITensor*> inputs);

  mutable RecordedBuilder builder_;
  std::string name_;
  IErrorRecorder* recorder_ = nullptr;
  std::vector<std::unique_ptr<TensorStub>> inputs_;
  std::vector<ITensor*> outputs_;
  std::vector<std::pair<std::string, std::unique_ptr<RecordedLayer>>> layers_;
};

}  // namespace edge::tensorrt_double
