// NVIDIA's own ONNX parser, which set-up fetches for x64, on a machine without a GPU: only a network of the
// real library needs one, so it is given one of ours.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "onnx_model.h"
#include "recorded_network.h"
#include "tensorrt/impl/log.h"
#include "tensorrt/impl/parser.h"
#include "tensorrt/impl/precision.h"

namespace edge::tensorrt {
namespace {

using tensorrt_double::RecordedNetwork;
using Kinds = std::map<std::string, int>;

class RealTensorRtParser : public testing::Test {
 protected:
  void SetUp() override {
    const std::string folder = TENSORRT_REAL;
    if (!std::ifstream(folder + "/libnvonnxparser.so.10")) GTEST_SKIP() << "there is no parser in " << folder;
    // The parser finds the library by its name, once it is loaded.
    void* library = dlopen((folder + "/libnvinfer.so.10").c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library, nullptr) << dlerror();
    const auto plugins =
        reinterpret_cast<nvinfer1::IPluginRegistry* (*)()>(dlsym(library, "getPluginRegistry"));
    ASSERT_NE(plugins, nullptr);
    network_ = std::make_unique<RecordedNetwork>(*plugins());
    void* parser = dlopen((folder + "/libnvonnxparser.so.10").c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(parser, nullptr) << dlerror();
    points_.version = {10, 15, 1, 29};
    points_.createParser = dlsym(parser, "createNvOnnxParser_INTERNAL");
    ASSERT_NE(points_.createParser, nullptr);
  }

  /// Gives the model to the parser by the code that builds engines.
  void parse(const std::shared_ptr<const Buffer>& bytes, const std::string& path = {}) {
    v10::parse(points_, {bytes, path}, *network_, *log_);
  }

  EntryPoints points_;
  v10::LentLog log_ = v10::lendLog();
  std::unique_ptr<RecordedNetwork> network_;
};

/// One that the parser is to read. Dense layers are products and sums with constants, whose shapes shuffles
/// fit.
struct Model {
  const char* name;
  const char* path;  ///< From the cache of models.
  std::vector<std::int64_t> input;
  std::vector<std::int64_t> features;  ///< The last values that have places in the picture.
  Kinds kinds;
  const char* output;
};

/// A file's bytes, or null where it is not there.
std::shared_ptr<const Buffer> contentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return nullptr;
  auto bytes = std::make_shared<Buffer>(static_cast<std::size_t>(file.tellg()));
  file.seekg(0);
  file.read(static_cast<char*>(bytes->data()), static_cast<std::streamsize>(bytes->bytes()));
  return bytes;
}

std::vector<std::int64_t> shapeOf(const nvinfer1::ITensor& tensor) {
  const nvinfer1::Dims dims = tensor.getDimensions();
  return {dims.d, dims.d + dims.nbDims};
}

std::vector<std::int64_t> featuresOf(const nvinfer1::INetworkDefinition& network) {
  for (std::int32_t index = network.getNbLayers(); index-- > 0;) {
    const auto shape = shapeOf(*network.getLayer(index)->getOutput(0));
    if (shape.size() == 4 && shape[2] > 1 && shape[3] > 1) return shape;
  }
  return {};
}

class RealTensorRtParserOf : public RealTensorRtParser, public testing::WithParamInterface<Model> {};

TEST_P(RealTensorRtParserOf, ReadsTheWholeModel) {
  const Model& model = GetParam();
  const std::string path = std::string(MODEL_CACHE) + "/" + model.path;
  const auto content = contentOf(path);
  if (content == nullptr) GTEST_SKIP() << "there is no " << path;
  ASSERT_NO_THROW(parse(content, path));
  EXPECT_EQ(network_->kinds(), model.kinds);
  EXPECT_EQ(featuresOf(*network_), model.features);
  ASSERT_EQ(network_->getNbInputs(), 1);
  EXPECT_EQ(shapeOf(*network_->getInput(0)), model.input);
  ASSERT_EQ(network_->getNbOutputs(), 1);
  EXPECT_STREQ(network_->getOutput(0)->getName(), model.output);
  EXPECT_EQ(shapeOf(*network_->getOutput(0)), (std::vector<std::int64_t>{1, 1000}));
}

INSTANTIATE_TEST_SUITE_P(Models, RealTensorRtParserOf,
                         testing::Values(Model{"AlexNet",
                                               "classics/alexnet/alexnet.onnx",
                                               {1, 3, 227, 227},
                                               {1, 256, 6, 6},
                                               {{"activation", 7},
                                                {"constant", 6},
                                                {"convolution", 5},
                                                {"lrn", 2},
                                                {"matrix multiplication", 3},
                                                {"pooling", 3},
                                                {"shuffle", 5},
                                                {"softmax", 1},
                                                {"sum", 3}},
                                               "prob"},
                                         Model{"GoogLeNet",
                                               "classics/googlenet/googlenet.onnx",
                                               {1, 3, 224, 224},
                                               {1, 1024, 7, 7},
                                               {{"activation", 57},
                                                {"concatenation", 9},
                                                {"constant", 2},
                                                {"convolution", 57},
                                                {"lrn", 2},
                                                {"matrix multiplication", 1},
                                                {"pooling", 13},
                                                {"reduce", 1},
                                                {"shuffle", 3},
                                                {"softmax", 1},
                                                {"sum", 1}},
                                               "prob"},
                                         Model{"ResNet18",
                                               "classics/resnet-18/resnet-18.onnx",
                                               {1, 3, 224, 224},
                                               {1, 512, 7, 7},
                                               {{"activation", 17},
                                                {"constant", 2},
                                                {"convolution", 20},
                                                {"matrix multiplication", 1},
                                                {"pooling", 1},
                                                {"reduce", 1},
                                                {"scale", 20},
                                                {"shuffle", 2},
                                                {"sum", 9}},
                                               "output_0"},
                                         Model{"VGG16",
                                               "classics/vgg-16/vgg-16.onnx",
                                               {1, 3, 224, 224},
                                               {1, 512, 7, 7},
                                               {{"activation", 15},
                                                {"constant", 6},
                                                {"convolution", 13},
                                                {"matrix multiplication", 3},
                                                {"pooling", 5},
                                                {"shuffle", 5},
                                                {"softmax", 1},
                                                {"sum", 3}},
                                               "prob"},
                                         Model{"EfficientNetLite0",
                                               "efficientnet-lite0-variants/efficientnet_lite0_fp32.onnx",
                                               {1, 224, 224, 3},
                                               {1, 1280, 7, 7},
                                               {{"clip", 33},
                                                {"constant", 3},
                                                {"convolution", 49},
                                                {"matrix multiplication", 1},
                                                {"reduce", 1},
                                                {"shuffle", 2},
                                                {"squeeze", 1},
                                                {"sum", 10}},
                                               "logits"}),
                         [](const testing::TestParamInfo<Model>& one) { return one.param.name; });

Error refusalOf(const std::function<void()>& parse) {
  try {
    parse();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "it was taken";
  return {ErrorCode::INTERNAL, {}};
}

std::shared_ptr<const Buffer> bytesOf(const std::string& content) {
  auto bytes = std::make_shared<Buffer>(content.size());
  std::memcpy(bytes->data(), content.data(), content.size());
  return bytes;
}

TEST_F(RealTensorRtParser, SaysWhichNodesItCannotTakeAndWhy) {
  using onnx::Type;
  const auto model =
      onnx::model({{onnx::node("Frobnicate", "first", {"x"}, "a"), onnx::node("Relu", "second", {"a"}, "b"),
                    onnx::node("Zorp", "third", {"b"}, "y")},
                   {onnx::tensor("x", Type::float32, {1, 4})},
                   {onnx::tensor("y", Type::float32, {1, 4})},
                   {}});
  const Error error = refusalOf([&] { parse(model); });
  const std::string& found = error.text().found;
  EXPECT_STREQ(name(error.code()), name(ErrorCode::MODEL_UNSUPPORTED));
  EXPECT_NE(error.text().summary.find("10.15.1.29"), std::string::npos) << error.text().summary;
  EXPECT_NE(found.find("node \"first\" of Frobnicate: "), std::string::npos) << found;
  EXPECT_NE(found.find("node \"third\" of Zorp: "), std::string::npos) << found;
  EXPECT_EQ(found.find("second"), std::string::npos) << found;
  EXPECT_NE(found.find("lugin"), std::string::npos) << found;
}

TEST_F(RealTensorRtParser, FindsThatAModelIsQuantized) {
  ASSERT_NO_THROW(parse(onnx::quantizedModel()));
  const Kinds kinds = network_->kinds();
  EXPECT_EQ(kinds.at("quantize"), 1);
  EXPECT_EQ(kinds.at("dequantize"), 1);
  EXPECT_TRUE(v10::quantizes(*network_));
}

TEST_F(RealTensorRtParser, FindsThatAModelIsNotQuantized) {
  ASSERT_NO_THROW(parse(onnx::denseModel(1)));
  EXPECT_FALSE(v10::quantizes(*network_));
}

TEST_F(RealTensorRtParser, SaysWhatIsNoModel) {
  const Error error = refusalOf([&] { parse(bytesOf("\xff\xff\xff not a model")); });
  EXPECT_STREQ(name(error.code()), name(ErrorCode::MODEL_INVALID)) << error.text().found;
}

}  // namespace
}  // namespace edge::tensorrt
