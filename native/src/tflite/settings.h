#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/session.h"

namespace edge::tflite {

/// How the XNNPACK delegate is set up.
struct XnnpackSettings {
  /// The delegate's own flags in place of its defaults. Needs a library whose options' layout is known.
  std::optional<std::uint32_t> flags;
  /// A file that keeps packed weights from one process to the next; empty for none. Needs the same.
  std::string weightCache;
};

/// A delegate in a library of its own: Coral's, a vendor's.
struct ExternalDelegateSettings {
  std::string path;
  std::vector<std::pair<std::string, std::string>> options;
};

/// How to make an interpreter.
struct InterpreterSettings {
  int threads = 1;
  std::optional<XnnpackSettings> xnnpack = XnnpackSettings{};
  std::vector<ExternalDelegateSettings> externalDelegates;
  /// Shapes in place of the model's own.
  std::vector<InputShape> shapes;
};

}  // namespace edge::tflite
