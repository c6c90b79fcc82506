#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "recorded_tensor.h"

namespace edge::tensorrt_double {

/// The part of a layer that all kinds have. Its output has its input's shape, unless the kind says otherwise.
template <typename Stub, LayerType kType>
class Recorded : public Stub, public RecordedLayer {
 public:
  ILayer& layer() override { return *this; }
  Dims shape() const override { return inputs.at(0)->getDimensions(); }

  LayerType onGetType() const override { return kType; }
  void onSetName(char const* text) override { name = text; }
  char const* onGetName() const override { return name.c_str(); }
  std::int32_t onGetNbInputs() const override { return static_cast<std::int32_t>(inputs.size()); }
  ITensor* onGetInput(std::int32_t index) const override {
    return inputs.at(static_cast<std::size_t>(index));
  }
  void onSetInput(std::int32_t index, ITensor& tensor) override {
    if (static_cast<std::size_t>(index) >= inputs.size()) inputs.resize(static_cast<std::size_t>(index) + 1);
    inputs[static_cast<std::size_t>(index)] = &tensor;
    changed();
  }
  std::int32_t onGetNbOutputs() const override { return 1; }
  ITensor* onGetOutput(std::int32_t) const override { return output.get(); }
  DataType onGetOutputType(std::int32_t) const override { return type(); }
  void onSetMetadata(char const* text) override { metadata_ = text; }
  char const* onGetMetadata() const override { return metadata_.c_str(); }

 protected:
  void changed() { static_cast<RecordedTensor&>(*output).changed(); }

 private:
  std::string metadata_;
};

/// An attribute: `onSetX`, `onGetX`, and the member that holds it.
#define EDGE_ATTRIBUTE(Parameter, Type, Name, member, initial) \
 public:                                                       \
  void onSet##Name(Parameter value) override {                 \
    this->member = value;                                      \
    changed();                                                 \
  }                                                            \
  Type onGet##Name() const override {                          \
    return this->member;                                       \
  }                                                            \
  Type member = initial;
#define EDGE_NUMBER(Type, Name, member, initial) EDGE_ATTRIBUTE(Type, Type, Name, member, initial)
#define EDGE_DIMS(Name, member) EDGE_ATTRIBUTE(Dims const&, Dims, Name, member, {})

/// Height and width after a window has gone over them: of a convolution or a pooling.
struct Window {
  Dims size{};
  Dims stride{};
  Dims before{};
  Dims after{};
  Dims dilation{};
  bool roundUp = false;

  Dims over(Dims shape) const {
    for (std::int32_t axis = 0; axis < size.nbDims; ++axis) {
      const auto of = [axis](const Dims& dims, std::int64_t otherwise) {
        return dims.nbDims > axis ? dims.d[axis] : otherwise;
      };
      const std::int64_t step = of(stride, 1);
      const std::int64_t room =
          shape.d[axis + 2] + of(before, 0) + of(after, 0) - ((of(size, 1) - 1) * of(dilation, 1) + 1);
      shape.d[axis + 2] = (roundUp ? (room + step - 1) / step : room / step) + 1;
    }
    return shape;
  }
};

class RecordedConvolution final : public Recorded<ConvolutionLayerStub, LayerType::kCONVOLUTION> {
  EDGE_NUMBER(std::int64_t, NbOutputMaps, maps, 0)
  EDGE_NUMBER(std::int64_t, NbGroups, groups, 1)
  EDGE_NUMBER(Weights, KernelWeights, kernel, {})
  EDGE_NUMBER(Weights, BiasWeights, bias, {})
  EDGE_NUMBER(PaddingMode, PaddingMode, mode, PaddingMode::kEXPLICIT_ROUND_DOWN)
  EDGE_DIMS(PrePadding, before)
  EDGE_DIMS(PostPadding, after)
  EDGE_DIMS(KernelSizeNd, size)
  EDGE_DIMS(StrideNd, stride)
  EDGE_DIMS(DilationNd, dilation)

 public:
  Dims shape() const override {
    Dims result = Window{size, stride, before, after, dilation, false}.over(inputs.at(0)->getDimensions());
    result.d[1] = maps;
    return result;
  }
};

class RecordedPooling final : public Recorded<PoolingLayerStub, LayerType::kPOOLING> {
  EDGE_NUMBER(PoolingType, PoolingType, pooling, PoolingType::kMAX)
  EDGE_NUMBER(bool, AverageCountExcludesPadding, exclusive, true)
  EDGE_NUMBER(PaddingMode, PaddingMode, mode, PaddingMode::kEXPLICIT_ROUND_DOWN)
  EDGE_DIMS(PrePadding, before)
  EDGE_DIMS(PostPadding, after)
  EDGE_DIMS(WindowSizeNd, size)
  EDGE_DIMS(StrideNd, stride)

 public:
  Dims shape() const override {
    const bool roundUp = mode == PaddingMode::kEXPLICIT_ROUND_UP;
    return Window{size, stride, before, after, {}, roundUp}.over(inputs.at(0)->getDimensions());
  }
};

class RecordedLrn final : public Recorded<LRNLayerStub, LayerType::kLRN> {};
class RecordedScale final : public Recorded<ScaleLayerStub, LayerType::kSCALE> {};

class RecordedActivation final : public Recorded<ActivationLayerStub, LayerType::kACTIVATION> {
  EDGE_NUMBER(ActivationType, ActivationType, activation, ActivationType::kRELU)
  EDGE_NUMBER(float, Alpha, alpha, 0)
  EDGE_NUMBER(float, Beta, beta, 0)
};

class RecordedSoftMax final : public Recorded<SoftMaxLayerStub, LayerType::kSOFTMAX> {
  EDGE_NUMBER(std::uint32_t, Axes, axes, 0)
};

class RecordedConcatenation final : public Recorded<ConcatenationLayerStub, LayerType::kCONCATENATION> {
  EDGE_NUMBER(std::int32_t, Axis, axis, 1)

 public:
  Dims shape() const override {
    Dims result = inputs.at(0)->getDimensions();
    result.d[axis] = 0;
    for (const ITensor* input : inputs) result.d[axis] += input->getDimensions().d[axis];
    return result;
  }
};

class RecordedReduce final : public Recorded<ReduceLayerStub, LayerType::kREDUCE> {
  EDGE_NUMBER(std::uint32_t, ReduceAxes, axes, 0)
  EDGE_NUMBER(bool, KeepDimensions, keep, false)

 public:
  Dims shape() const override {
    const Dims from = inputs.at(0)->getDimensions();
    Dims result{};
    for (std::int32_t axis = 0; axis < from.nbDims; ++axis) {
      const bool reduced = (axes >> static_cast<unsigned>(axis) & 1U) != 0;
      if (!reduced || keep) result.d[result.nbDims++] = reduced ? 1 : from.d[axis];
    }
    return result;
  }
};

class RecordedConstant final : public Recorded<ConstantLayerStub, LayerType::kCONSTANT> {
  EDGE_NUMBER(Weights, Weights, weights, {})
  EDGE_DIMS(Dimensions, dimensions)

 public:
  Dims shape() const override { return dimensions; }
  DataType type() const override { return weights.type; }
};

/// Both operands' larger side on each axis.
class RecordedElementWise final : public Recorded<ElementWiseLayerStub, LayerType::kELEMENTWISE> {
  EDGE_NUMBER(ElementWiseOperation, Operation, operation, ElementWiseOperation::kSUM)

 public:
  Dims shape() const override {
    Dims result = inputs.at(0)->getDimensions();
    const Dims other = inputs.at(1)->getDimensions();
    for (std::int32_t axis = 0; axis < result.nbDims; ++axis)
      result.d[axis] = std::max(result.d[axis], other.d[axis]);
    return result;
  }
};

class RecordedMatrixMultiply final : public Recorded<MatrixMultiplyLayerStub, LayerType::kMATRIX_MULTIPLY> {
 public:
  Dims shape() const override {
    const Dims second = inputs.at(1)->getDimensions();
    Dims result = inputs.at(0)->getDimensions();
    result.d[result.nbDims - 1] = second.d[second.nbDims - (transposed ? 2 : 1)];
    return result;
  }
  bool transposed = false;  ///< The second operand; none of the models has the first transposed.
};

class RecordedShuffle final : public Recorded<ShuffleLayerStub, LayerType::kSHUFFLE> {
  EDGE_NUMBER(bool, ZeroIsPlaceholder, zeroIsPlaceholder, true)

 public:
  void onSetFirstTranspose(Permutation const& order) override { first_ = order, changed(); }
  void onSetSecondTranspose(Permutation const& order) override { second_ = order, changed(); }
  void onSetReshapeDimensions(Dims const& dimensions) override { reshape_ = dimensions, changed(); }
  Dims shape() const override;

 private:
  std::optional<Permutation> first_;
  std::optional<Permutation> second_;
  std::optional<Dims> reshape_;
};

/// Without the axes that its second input, a constant, names.
class RecordedSqueeze final : public Recorded<SqueezeLayerStub, LayerType::kSQUEEZE> {
 public:
  Dims shape() const override;
  const RecordedConstant* axes = nullptr;
};

/// To integers, by a scale, or back.
template <typename Stub, LayerType kType>
class RecordedScaling : public Recorded<Stub, kType> {
 public:
  void onSetPrecision(DataType) override {}
  void onSetOutputType(std::int32_t, DataType value) override { onSetToType(value); }
  void onSetAxis(std::int32_t value) override { axis = value; }
  std::int32_t onGetAxis() const override { return axis; }
  void onSetToType(DataType value) override { to = value, this->changed(); }
  DataType onGetToType() const override { return to; }
  DataType type() const override { return to; }

  std::int32_t axis = -1;
  DataType to = DataType::kFLOAT;
};
using RecordedQuantize = RecordedScaling<QuantizeLayerStub, LayerType::kQUANTIZE>;
using RecordedDequantize = RecordedScaling<DequantizeLayerStub, LayerType::kDEQUANTIZE>;

#undef EDGE_DIMS
#undef EDGE_NUMBER
#undef EDGE_ATTRIBUTE

}  // namespace edge::tensorrt_double
