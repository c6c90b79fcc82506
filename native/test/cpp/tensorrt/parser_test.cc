#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <fstream>

#include "tensorrt_double.h"

namespace edge::tensorrt {
namespace {

using onnx::Type;

class Parser : public OnDouble {};
INSTANTIATE_TEST_SUITE_P(Major, Parser, testing::Values(10, 11));

std::shared_ptr<const Buffer> bytes(const std::string& content) {
  auto buffer = std::make_shared<Buffer>(content.size());
  std::memcpy(buffer->data(), content.data(), content.size());
  return buffer;
}

onnx::Graph graphOf(std::vector<onnx::Message> nodes) {
  return {
      std::move(nodes), {onnx::tensor("x", Type::float32, {2})}, {onnx::tensor("y", Type::float32, {2})}, {}};
}

TEST_P(Parser, SaysEveryNodeThatItCannotTake) {
  const auto api = tensorrt().api();
  const auto model = onnx::model(
      graphOf({onnx::node("Frobnicate", "first", {"x"}, "a"), onnx::node("Relu", "second", {"a"}, "b"),
               onnx::node("Zorp", "third", {"b"}, "y")}));
  const Error error = errorOf([&] { buildEngine(*api, model); });
  EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "node \"first\" of Frobnicate: Plugin not found");
  EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "node \"third\" of Zorp: Plugin not found");
  EXPECT_EQ(words(error).find("second"), std::string::npos);
  EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "parseNode, convert.cc:1");
}

TEST_P(Parser, BoundsWhatItSays) {
  const auto api = tensorrt().api();
  std::vector<onnx::Message> nodes;
  nodes.reserve(1000);
  for (int i = 0; i < 1000; ++i) nodes.push_back(onnx::node("Frobnicate", std::to_string(i), {"x"}, "y"));
  const Error error = errorOf([&] { buildEngine(*api, onnx::model(graphOf(std::move(nodes)))); });
  EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "node \"0\" of Frobnicate: ");
  EXPECT_ERROR(error, ErrorCode::MODEL_UNSUPPORTED, "and 999 more nodes like it");
  EXPECT_LT(words(error).size(), 1000U);
}

TEST_P(Parser, TellsWhatIsNoModel) {
  const auto api = tensorrt().api();
  EXPECT_ERROR(errorOf([&] { buildEngine(*api, bytes("\xff\xff\xff not a model")); }),
               ErrorCode::MODEL_INVALID, "a model in the ONNX format");
  EXPECT_ERROR(errorOf([&] { buildEngine(*api, bytes("")); }), ErrorCode::MODEL_INVALID,
               "the model is empty");
  EXPECT_ERROR(errorOf([&] { buildEngine(*api, nullptr); }), ErrorCode::MODEL_INVALID, "the model is empty");
}

TEST_P(Parser, FindsWeightsBesideTheModel) {
  const auto api = tensorrt().api();
  onnx::Graph graph = graphOf({onnx::node("Add", "add", {"x", "b"}, "y")});
  const std::string folder = testing::TempDir();
  const std::string file = "tensorrt-weights-" + std::to_string(major()) + ".bin";
  graph.initializers.push_back(onnx::externalWeights("b", {2}, file));
  const auto model = onnx::model(graph);
  EXPECT_ERROR(errorOf([&] { buildEngine(*api, model); }), ErrorCode::MODEL_INVALID,
               "the model's path was not given");

  const float values[] = {10, 20};
  std::ofstream(folder + file, std::ios::binary).write(reinterpret_cast<const char*>(values), sizeof(values));
  const BuiltEngine built = api->build({model, folder + "model.onnx"}, {}, nullptr, nullptr);
  std::remove((folder + file).c_str());
  const auto engine = api->deserialize(built.plan.data(), built.plan.size(), {});
  const auto execution = engine->createExecution();
  const float x[] = {1, 2};
  float y[] = {0, 0};
  execution->setInputAddress(0, x);
  execution->setOutputAddress(0, y);
  execution->enqueue(nullptr);
  EXPECT_EQ(y[0], 11);
  EXPECT_EQ(y[1], 22);
}

TEST_P(Parser, IsALibraryOfItsOwn) {
  EntryPoints points = tensorrt().entryPoints();
  points.createParser = nullptr;
  points.parserMissing = "/here: no such file";
  const auto api = major() == 10 ? v10::makeApi(points) : v11::makeApi(points);
  const Error error = errorOf([&] { buildEngine(*api, onnx::denseModel(1)); });
  EXPECT_ERROR(error, ErrorCode::LIBRARY_NOT_FOUND, "libnvonnxparser.so." + std::to_string(major()));
  EXPECT_ERROR(error, ErrorCode::LIBRARY_NOT_FOUND, "/here: no such file");
}

}  // namespace
}  // namespace edge::tensorrt
