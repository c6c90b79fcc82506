#pragma once

#include <string>

#include "core/session.h"

namespace edge {

/// Checks a shared library's file before the dynamic loader sees it: the loader maps a truncated file and
/// dies of SIGBUS, waits for ever on a pipe, and calls a library for another processor "no such file".
///
/// @param path a path; a bare name, which the loader looks for itself, is not checked.
/// @returns why it cannot be loaded, or nothing.
std::string whyNotLoadable(const std::string& path);

/// Loads a library for good: none is ever closed. The loader gives the same handle for the same file, under
/// whichever path.
///
/// @param failures where it cannot be loaded, the reason is added here: place, origin and what was wrong.
/// @returns null where it cannot be loaded.
void* openLibrary(const LibraryCandidate& candidate, std::string& failures);

/// The file that a loaded function comes from, or something else where the loader does not know.
std::string resolvedPath(const void* function, const std::string& otherwise);

}  // namespace edge
