#pragma once

#include <cstddef>
#include <cstdint>

/// How a test steers the double of CUDA's driver and asks what happened in it. To be found with dlsym:
/// nothing links the double.
///
/// Settings are `key=value`, separated by commas, and are also read from EDGE_CUDA_DOUBLE when the library is
/// first used:
///
///   device=h200|orin|none     a discrete GPU (the default), a Jetson's, none
///   devices=2                 how many of them
///   name=TEXT  memory=BYTES  compute=8.7  integrated=0|1  multiprocessors=8  driver=12060
///   synchronous=1             what is put on a stream runs in the call
///   delay-us=100              what is put on a stream waits so long before it runs, so that what is not
///   awaited shows deinitialized=1           as while the process ends init=999                  cuInit's
///   result fail=CALL:N:CODE[:TIMES]  the N-th of these calls from now on fails, and TIMES - 1 after it (-1:
///   all); CALL may be `*`
///
/// What a program does that the driver would not forgive ends the process with a message: a copy to or from
/// memory that was freed or is none, a handle that was destroyed.
extern "C" {

/// @returns whether all of it was understood; where not, the rest is not applied.
bool edge_cuda_double_set(const char* settings);
/// Settings, failures, counts and the record as they were at first. What lives, lives on.
void edge_cuda_double_reset();
void edge_cuda_double_fail(const char* call, std::int64_t nth, int code, std::int64_t times);

/// How many calls failed because they were told to.
std::int64_t edge_cuda_double_failed();
/// How many calls there were of a name, or, for null, of all.
std::int64_t edge_cuda_double_calls(const char* call);
/// How many objects live: of `contexts`, `device-memory`, `host-memory`, `streams`, `events`, `graphs`,
/// `graph-executables`, `modules`, or, for null, of all. -1 for another name.
std::int64_t edge_cuda_double_live(const char* kind);
/// How many objects nobody freed before their context was destroyed.
std::int64_t edge_cuda_double_orphans();
/// How many contexts the calling thread has pushed.
std::int64_t edge_cuda_double_depth();
/// The calls in order, a line for each.
/// @returns the number of characters, of which no more than `capacity` were written.
std::size_t edge_cuda_double_log(char* to, std::size_t capacity);
}
