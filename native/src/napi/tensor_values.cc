#include "napi/tensor_values.h"

namespace edge::js {
namespace {

Napi::Object channelQuantization(Napi::Env env, const ChannelQuantization& quantization) {
  Napi::Object value = Napi::Object::New(env);
  const auto scales = Napi::Array::New(env, quantization.scales.size());
  const auto zeroPoints = Napi::Array::New(env, quantization.zeroPoints.size());
  for (std::uint32_t i = 0; i < quantization.scales.size(); ++i) {
    scales.Set(i, quantization.scales[i]);
    zeroPoints.Set(i, quantization.zeroPoints[i]);
  }
  value.Set("axis", quantization.axis);
  value.Set("scales", scales);
  value.Set("zeroPoints", zeroPoints);
  return value;
}

Napi::Object tensorInfo(Napi::Env env, const TensorDesc& tensor) {
  Napi::Object info = Napi::Object::New(env);
  info.Set("name", tensor.name);
  info.Set("dtype", name(tensor.dtype));
  info.Set("shape", dimensions(env, tensor.shape));
  info.Set("shapeSignature", dimensions(env, tensor.shapeSignature));
  info.Set("bytes", Napi::Number::New(env, static_cast<double>(tensor.bytes)));
  if (tensor.quantization) {
    Napi::Object quantization = Napi::Object::New(env);
    quantization.Set("scale", tensor.quantization->scale);
    quantization.Set("zeroPoint", tensor.quantization->zeroPoint);
    info.Set("quantization", quantization);
  }
  if (tensor.channelQuantization) {
    info.Set("channelQuantization", channelQuantization(env, *tensor.channelQuantization));
  }
  info.Set("copied", tensor.copied);
  info.Set("dynamic", tensor.dynamic);
  return info;
}

}  // namespace

Napi::Array tensorInfos(Napi::Env env, const std::vector<TensorDesc>& tensors) {
  const auto infos = Napi::Array::New(env, tensors.size());
  for (std::uint32_t i = 0; i < tensors.size(); ++i) infos.Set(i, tensorInfo(env, tensors[i]));
  return infos;
}

Napi::Array signatureInfos(Napi::Env env, const std::vector<SignatureDesc>& signatures) {
  const auto infos = Napi::Array::New(env, signatures.size());
  for (std::uint32_t i = 0; i < signatures.size(); ++i) {
    Napi::Object info = Napi::Object::New(env);
    info.Set("key", signatures[i].key);
    info.Set("inputs", tensorInfos(env, signatures[i].inputs));
    info.Set("outputs", tensorInfos(env, signatures[i].outputs));
    infos.Set(i, info);
  }
  return infos;
}

Napi::Array dimensions(Napi::Env env, const std::vector<std::int64_t>& shape) {
  const auto array = Napi::Array::New(env, shape.size());
  for (std::uint32_t i = 0; i < shape.size(); ++i) {
    array.Set(i, Napi::Number::New(env, static_cast<double>(shape[i])));
  }
  return array;
}

Napi::Array phaseTimes(Napi::Env env, const std::vector<PhaseTime>& times) {
  const auto array = Napi::Array::New(env, times.size());
  for (std::uint32_t i = 0; i < times.size(); ++i) {
    Napi::Object time = Napi::Object::New(env);
    time.Set("name", times[i].name);
    time.Set("ms", times[i].ms);
    array.Set(i, time);
  }
  return array;
}

Napi::Object libraryInfo(Napi::Env env, const LibraryInfo& library) {
  Napi::Object info = Napi::Object::New(env);
  info.Set("path", library.path);
  info.Set("origin", library.origin);
  info.Set("version", library.version);
  return info;
}

}  // namespace edge::js
