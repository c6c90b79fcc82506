#include "napi/buffer_view.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace edge::js {
namespace {

/// Holds a buffer on behalf of an ArrayBuffer, and reports its size to V8, which would not know when to
/// collect otherwise.
class Holder {
 public:
  Holder(napi_env env, std::shared_ptr<Buffer> buffer) : buffer_(std::move(buffer)) { report(env, size()); }

  /// napi_finalize.
  static void release(napi_env env, void* /*data*/, void* hint) noexcept {
    const std::unique_ptr<Holder> holder(static_cast<Holder*>(hint));
    report(env, -holder->size());
  }

 private:
  static void report(napi_env env, std::int64_t bytes) noexcept {
    std::int64_t total = 0;
    static_cast<void>(napi_adjust_external_memory(env, bytes, &total));
  }
  std::int64_t size() const noexcept { return static_cast<std::int64_t>(buffer_->capacity()); }

  std::shared_ptr<Buffer> buffer_;
};

/// memcpy, which must not be given a null pointer even for no bytes: a view that was transferred away has
/// one.
void copy(void* target, const void* source, std::size_t bytes) {
  if (bytes != 0) std::memcpy(target, source, bytes);
}

}  // namespace

BufferView::BufferView(Napi::Env env, std::shared_ptr<Buffer> buffer, bool copy)
    : buffer_(std::move(buffer)), copies_(copy) {
  expose(env);
}

void BufferView::replace(Napi::Env env, std::shared_ptr<Buffer> buffer) {
  buffer_ = std::move(buffer);
  expose(env);
}

void BufferView::expose(Napi::Env env) {
  if (!copies_) {
    auto holder = std::make_unique<Holder>(env, buffer_);
    napi_value value = nullptr;
    const napi_status status = napi_create_external_arraybuffer(env, buffer_->data(), buffer_->bytes(),
                                                                &Holder::release, holder.get(), &value);
    if (status == napi_ok) {
      static_cast<void>(holder.release());  // the finalizer's from here on
      arrayBuffer_ = Napi::Persistent(Napi::ArrayBuffer(env, value));
      return;
    }
    Holder::release(env, nullptr, holder.release());
    if (status != napi_no_external_buffers_allowed) NAPI_THROW_IF_FAILED_VOID(env, status);
    copies_ = true;
  }
  arrayBuffer_ = Napi::Persistent(Napi::ArrayBuffer::New(env, buffer_->bytes()));
}

void BufferView::toBuffer() {
  if (!copies_) return;
  Napi::ArrayBuffer view = arrayBuffer_.Value();
  copy(buffer_->data(), view.Data(), std::min(view.ByteLength(), buffer_->bytes()));
}

void BufferView::fromBuffer() {
  if (!copies_) return;
  Napi::ArrayBuffer view = arrayBuffer_.Value();
  copy(view.Data(), buffer_->data(), std::min(view.ByteLength(), buffer_->bytes()));
}

void BufferView::detach(Napi::Env env) {
  // An ArrayBuffer that was transferred, or that the engine will not detach, keeps its memory by way of its
  // finalizer.
  if (!arrayBuffer_.IsEmpty()) static_cast<void>(napi_detach_arraybuffer(env, arrayBuffer_.Value()));
  arrayBuffer_.Reset();
  buffer_.reset();
}

}  // namespace edge::js
