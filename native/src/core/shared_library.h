#pragma once

#include <string>

namespace edge {

/// Checks a shared library's file before the dynamic loader sees it: the loader maps a truncated file and
/// dies of SIGBUS, waits for ever on a pipe, and calls a library for another processor "no such file".
///
/// @param path a path; a bare name, which the loader looks for itself, is not checked.
/// @returns why it cannot be loaded, or nothing.
std::string whyNotLoadable(const std::string& path);

}  // namespace edge
