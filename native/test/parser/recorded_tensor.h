#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stubs.h"

namespace edge::tensorrt_double {

/// What a layer is, whichever its interface.
class RecordedLayer {
 public:
  RecordedLayer() = default;
  virtual ~RecordedLayer() = default;
  RecordedLayer(const RecordedLayer&) = delete;
  RecordedLayer& operator=(const RecordedLayer&) = delete;

  virtual ILayer& layer() = 0;
  /// The shape of its output, as its attributes are now.
  virtual Dims shape() const = 0;
  virtual DataType type() const { return inputs.at(0)->getType(); }

  std::vector<ITensor*> inputs;
  std::unique_ptr<TensorStub> output;
  std::string name;
};

/// A tensor of a recorded network: an input, or what a layer gives.
class RecordedTensor final : public TensorStub {
 public:
  RecordedTensor(std::string name, DataType type, const Dims& shape)
      : name_(std::move(name)), type_(type), shape_(shape) {}
  explicit RecordedTensor(const RecordedLayer& producer) : producer_(&producer) {}

  /// Attributes of the layer that gives it were changed.
  void changed() { shape_.reset(); }
  void markOutput() { output_ = true; }

  void onSetName(char const* name) override { name_ = name; }
  char const* onGetName() const override { return name_.c_str(); }
  Dims onGetDimensions() const override {
    if (!shape_) shape_ = producer_->shape();
    return *shape_;
  }
  DataType onGetType() const override { return producer_ != nullptr ? producer_->type() : type_; }
  void onSetType(DataType type) override { type_ = type; }
  bool onIsNetworkInput() const override { return producer_ == nullptr; }
  bool onIsNetworkOutput() const override { return output_; }
  bool onIsShapeTensor() const override { return false; }
  bool onIsExecutionTensor() const override { return true; }
  void onSetAllowedFormats(TensorFormats formats) override { formats_ = formats; }
  TensorFormats onGetAllowedFormats() const override { return formats_; }
  void onSetDimensionName(std::int32_t, char const*) override {}
  char const* onGetDimensionName(std::int32_t) const override { return nullptr; }

 private:
  const RecordedLayer* producer_ = nullptr;
  std::string name_;
  DataType type_ = DataType::kFLOAT;
  mutable std::optional<Dims> shape_;
  bool output_ = false;
  TensorFormats formats_ = 1;
};

}  // namespace edge::tensorrt_double
