# Compiles for another processor, or an older glibc, with the wrappers around zig that scripts/prebuilds writes.
# EDGE_ZIG_WRAPPERS: their folder; EDGE_ZIG_PROCESSOR: what they compile for.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR $ENV{EDGE_ZIG_PROCESSOR})
set(CMAKE_CXX_COMPILER $ENV{EDGE_ZIG_WRAPPERS}/c++)
set(CMAKE_AR $ENV{EDGE_ZIG_WRAPPERS}/ar)
set(CMAKE_RANLIB $ENV{EDGE_ZIG_WRAPPERS}/ranlib)
# Stripped by the linker: the system's strip knows only the system's processor, and `zig objcopy` writes an empty file.
set(CMAKE_MODULE_LINKER_FLAGS_INIT -s)
# What CMake tries out is compiled and not linked: the first link of each set of flags compiles all of libc++.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
