#pragma once

#include <type_traits>

#include "cuda/library.h"

/// Every function of the driver that the double has, with the type that the product calls it by.
extern "C" {
// NOLINTBEGIN(bugprone-macro-parentheses): names take none
#define EDGE_EXPORT(symbol, member) \
  [[gnu::visibility("default")]] extern std::remove_pointer_t<decltype(edge::cuda::Driver::member)> symbol;
#include "exports.def"
#undef EDGE_EXPORT
// NOLINTEND(bugprone-macro-parentheses)
}
