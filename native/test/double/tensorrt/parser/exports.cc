// The functions that libnvonnxparser exports.
#include <memory>

#include "parser.h"

using namespace edge::tensorrt_double;

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT void* createNvOnnxParser_INTERNAL(void* network, void* logger, int) noexcept {
  static constexpr Call call{"createNvOnnxParser", 0, true};
  if (enter(call) || network == nullptr) return nullptr;
  auto parser =
      std::make_unique<Parser>(*static_cast<INetworkDefinition*>(network), static_cast<ILogger*>(logger));
  return static_cast<IParser*>(parser.release());
}

EXPORT void* createNvOnnxParserRefitter_INTERNAL(void* refitter, void* logger, std::int32_t) noexcept {
  static constexpr Call call{"createNvOnnxParserRefitter", 0, true};
  if (enter(call) || refitter == nullptr) return nullptr;
  auto parser =
      std::make_unique<ParserRefitter>(*static_cast<IRefitter*>(refitter), static_cast<ILogger*>(logger));
  return static_cast<IParserRefitter*>(parser.release());
}

EXPORT int getNvOnnxParserVersion() noexcept {
  return NV_ONNX_PARSER_VERSION;
}
