#pragma once

#include <napi.h>

#include <memory>

#include "core/buffer.h"

namespace edge::js {

/// A buffer as JavaScript sees it: an ArrayBuffer over the same memory, or over a copy where the engine
/// refuses memory that is not its own (Electron's pointer compression).
///
/// The ArrayBuffer holds the buffer through its finalizer: `transfer()` can move the memory to another
/// ArrayBuffer that nobody here knows of, and it must stay valid for as long as that lives.
class BufferView {
 public:
  /// @param copy whether to copy even where external memory is allowed.
  BufferView(Napi::Env env, std::shared_ptr<Buffer> buffer, bool copy);

  Napi::Value value() const { return arrayBuffer_.Value(); }
  bool copies() const noexcept { return copies_; }
  const std::shared_ptr<Buffer>& buffer() const noexcept { return buffer_; }

  /// Takes another buffer. The earlier ArrayBuffer is left alone: what it holds stays valid for whoever kept
  /// it.
  void replace(Napi::Env env, std::shared_ptr<Buffer> buffer);

  /// Copies what JavaScript wrote into the buffer, where there is a copy.
  void toBuffer();
  /// Copies the buffer to where JavaScript reads it, where there is a copy.
  void fromBuffer();
  /// Takes the memory away from JavaScript: the ArrayBuffer's length becomes 0.
  void detach(Napi::Env env);

 private:
  void expose(Napi::Env env);

  std::shared_ptr<Buffer> buffer_;
  Napi::Reference<Napi::ArrayBuffer> arrayBuffer_;
  bool copies_ = false;
};

}  // namespace edge::js
