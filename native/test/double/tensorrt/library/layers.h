#pragma once

#include "network.h"

namespace edge::tensorrt_double {

/// The part of a layer that all kinds have.
template <typename Stub, LayerType kType>
class Layer : public Stub, public LayerData {
 public:
  ILayer& layer() override { return *this; }

  LayerType onGetType() const override { return kType; }
  void onSetName(char const* text) override { name = text; }
  char const* onGetName() const override { return name.c_str(); }
  std::int32_t onGetNbInputs() const override { return static_cast<std::int32_t>(inputs.size()); }
  ITensor* onGetInput(std::int32_t index) const override {
    return index >= 0 && index < onGetNbInputs() ? inputs[static_cast<std::size_t>(index)] : nullptr;
  }
  std::int32_t onGetNbOutputs() const override { return 1; }
  ITensor* onGetOutput(std::int32_t index) const override { return index == 0 ? output : nullptr; }
  DataType onGetOutputType(std::int32_t) const override { return output->info().type; }
  void onSetMetadata(char const* text) override { metadata_ = text; }
  char const* onGetMetadata() const override { return metadata_.c_str(); }

 private:
  std::string metadata_;
};

class ActivationLayer final : public Layer<ActivationLayerStub, LayerType::kACTIVATION> {
 public:
  ActivationType onGetActivationType() const override { return ActivationType::kRELU; }
};

class CastLayer final : public Layer<CastLayerStub, LayerType::kCAST> {
 public:
  DataType onGetToType() const override { return output->info().type; }
};

class ConstantLayer final : public Layer<ConstantLayerStub, LayerType::kCONSTANT> {
 public:
  Dims onGetDimensions() const override { return dims(output->info().shape); }
  Weights onGetWeights() const override {
    return {output->info().type, weights, static_cast<std::int64_t>(elementCount(output->info().shape))};
  }
};

class ElementWiseLayer final : public Layer<ElementWiseLayerStub, LayerType::kELEMENTWISE> {
 public:
  ElementWiseOperation onGetOperation() const override {
    return node.op == Op::sum ? ElementWiseOperation::kSUM : ElementWiseOperation::kPROD;
  }
};

class MatrixMultiplyLayer final : public Layer<MatrixMultiplyLayerStub, LayerType::kMATRIX_MULTIPLY> {
 public:
  MatrixOperation onGetOperation(std::int32_t index) const override {
    return node.transposed.at(static_cast<std::size_t>(index)) ? MatrixOperation::kTRANSPOSE
                                                               : MatrixOperation::kNONE;
  }
};

class NonZeroLayer final : public Layer<NonZeroLayerStub, LayerType::kNON_ZERO> {};
class QuantizeLayer final : public Layer<QuantizeLayerStub, LayerType::kQUANTIZE> {};
class DequantizeLayer final : public Layer<DequantizeLayerStub, LayerType::kDEQUANTIZE> {};

}  // namespace edge::tensorrt_double
