#include "napi/tensor_values.h"

namespace edge::js {
namespace {

Napi::Object tensorInfo(Napi::Env env, const TensorDesc& tensor) {
  Napi::Object info = Napi::Object::New(env);
  info.Set("name", tensor.name);
  info.Set("dtype", name(tensor.dtype));
  const auto shape = Napi::Array::New(env, tensor.shape.size());
  for (std::uint32_t i = 0; i < tensor.shape.size(); ++i) {
    shape.Set(i, Napi::Number::New(env, static_cast<double>(tensor.shape[i])));
  }
  info.Set("shape", shape);
  info.Set("bytes", Napi::Number::New(env, static_cast<double>(tensor.bytes)));
  if (tensor.quantization) {
    Napi::Object quantization = Napi::Object::New(env);
    quantization.Set("scale", tensor.quantization->scale);
    quantization.Set("zeroPoint", tensor.quantization->zeroPoint);
    info.Set("quantization", quantization);
  }
  info.Set("copied", tensor.copied);
  return info;
}

}  // namespace

Napi::Array tensorInfos(Napi::Env env, const std::vector<TensorDesc>& tensors) {
  const auto infos = Napi::Array::New(env, tensors.size());
  for (std::uint32_t i = 0; i < tensors.size(); ++i) infos.Set(i, tensorInfo(env, tensors[i]));
  return infos;
}

Napi::Object libraryInfo(Napi::Env env, const LibraryInfo& library) {
  Napi::Object info = Napi::Object::New(env);
  info.Set("path", library.path);
  info.Set("origin", library.origin);
  info.Set("version", library.version);
  return info;
}

}  // namespace edge::js
