#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tflite/library.h"
#include "tflite/settings.h"

namespace edge::tflite {

/// The delegates of one interpreter, which must outlive it.
class Delegates {
 public:
  /// Makes the delegates that the settings ask for: external ones first, so that they get the operators they
  /// can run before XNNPACK takes the rest.
  /// @throws Error LIBRARY_INCOMPATIBLE, LIBRARY_NOT_FOUND, OUT_OF_MEMORY.
  Delegates(const Library& library, const InterpreterSettings& settings);

  void addTo(abi::InterpreterOptions* options) const;

  /// `xnnpack`, and the file names of external delegates, in the order in which they are applied.
  const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  using Delete = void (*)(abi::Delegate*);

  void add(abi::Delegate* delegate, Delete free, std::string name);
  void addExternal(const ExternalDelegateSettings& settings);
  void addXnnpack(const XnnpackSettings& settings, int threads);

  const Library& library_;
  std::vector<std::unique_ptr<abi::Delegate, Delete>> delegates_;
  std::vector<std::string> names_;
};

}  // namespace edge::tflite
