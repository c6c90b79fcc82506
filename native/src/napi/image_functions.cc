#include "napi/image_functions.h"

#include <string>

#include "core/error.h"
#include "gpu_image/nv12.h"
#include "image/pixel_writer.h"
#include "napi/arguments.h"
#include "napi/image_arguments.h"
#include "napi/js_error.h"
#include "napi/resample_worker.h"

namespace edge::js {
namespace {

void checkSize(const char* what, std::size_t expected, std::size_t found) {
  if (expected == found) return;
  throw Error(ErrorCode::SHAPE_MISMATCH, {std::string(what) + " is of the wrong size",
                                          std::to_string(expected) + " bytes", std::to_string(found), ""});
}

}  // namespace

Napi::Value resamplePixels(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Arguments options(info[0]);
    image::Resampling resampling;
    resampling.channels = static_cast<std::size_t>(options.integer("channels", 1, 4));
    resampling.kernel = kernelOf(options.string("kernel"));
    resampling.antialias = options.boolean("antialias");
    resampling.columns = axisOf(Arguments(options.any("columns")));
    resampling.rows = axisOf(Arguments(options.any("rows")));
    // Last of all, since a getter may detach it.
    const Napi::Uint8Array pixels = bytesOf("pixels", options.any("pixels"));
    checkSize("the array of pixels", resampling.columns.from * resampling.rows.from * resampling.channels,
              pixels.ByteLength());
    return ResampleWorker::start(info.Env(), resampling, pixels);
  });
}

Napi::Value writePixels(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Arguments options(info[0]);
    const auto width = static_cast<std::size_t>(options.integer("width", 1, kMostSide));
    const auto height = static_cast<std::size_t>(options.integer("height", 1, kMostSide));
    const auto channels = static_cast<std::size_t>(options.integer("channels", 1, image::kMostChannels));
    const image::Conversion conversion = conversionOf(options, channels);
    const auto offset = static_cast<std::size_t>(options.integer("byteOffset", 0, INT32_MAX));
    // Reading a property may run a getter, which may detach any buffer: memory is looked at only when both
    // are read.
    const Napi::Value source = options.any("pixels");
    const Napi::Value target = options.any("target");
    const Napi::Uint8Array pixels = bytesOf("pixels", source);
    checkSize("the array of pixels", width * height * channels, pixels.ByteLength());
    if (!target.IsArrayBuffer()) {
      throw Error(ErrorCode::INVALID_ARGUMENT,
                  {"the property target is not what the addon needs", "an ArrayBuffer", "", ""});
    }
    auto memory = target.As<Napi::ArrayBuffer>();
    const std::size_t element = elementBytes(conversion.dtype);
    const std::size_t needed = width * height * channels * element;
    if (memory.ByteLength() == 0) {
      throw Error(ErrorCode::SESSION_DISPOSED,
                  {"pixels were written to a tensor that was disposed", "", "", ""});
    }
    if (offset % element != 0 || offset > memory.ByteLength() || memory.ByteLength() - offset < needed) {
      throw Error(ErrorCode::SHAPE_MISMATCH,
                  {"the picture does not fit the tensor",
                   std::to_string(needed) + " bytes at a multiple of " + std::to_string(element),
                   std::to_string(memory.ByteLength()) + " bytes, offset " + std::to_string(offset), ""});
    }
    image::writePixels(pixels.Data(), width * height, channels, conversion,
                       static_cast<std::uint8_t*>(memory.Data()) + offset);
    return info.Env().Undefined();
  });
}

Napi::Value nv12ToRgb(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const Arguments frame(info[0]);
    const auto width = static_cast<std::size_t>(frame.integer("width", 1, kMostSide));
    const auto height = static_cast<std::size_t>(frame.integer("height", 1, kMostSide));
    const auto rowBytes = static_cast<std::size_t>(frame.integer("rowBytes", 1, INT32_MAX));
    const gpu_image::Nv12Layout layout = nv12LayoutOf(Arguments(frame.any("chroma")), rowBytes);
    const std::size_t needed = gpu_image::nv12Bytes(layout, width, height);
    // Last of all, since a getter may detach it.
    const Napi::Uint8Array pixels = bytesOf("pixels", frame.any("pixels"));
    if (pixels.ByteLength() < needed) {
      throw Error(ErrorCode::SHAPE_MISMATCH,
                  {"the frame is too small", std::to_string(needed) + " bytes or more",
                   std::to_string(pixels.ByteLength()), ""});
    }
    auto target = Napi::Uint8Array::New(info.Env(), width * height * 3);
    gpu_image::nv12ToRgb(layout, pixels.Data(), width, height, target.Data());
    return {info.Env(), target};
  });
}

}  // namespace edge::js
