#pragma once

/// What the double of libnvinfer exports besides TensorRT's own functions, to be had with dlsym from that
/// library. Environment variables say the same before the first call, for tests in another language:
///
///   EDGE_TENSORRT_DOUBLE_MINOR=3              the version: 10.3 or 11.3; the headers' own by default
///   EDGE_TENSORRT_DOUBLE_FAIL=CALL#N          the call that fails, `IRuntime::deserializeCudaEngine#2`; the
///   first without `#N`;
///                                             `#N` alone is the N-th of all that can fail
///   EDGE_TENSORRT_DOUBLE_GPU=NAME,8.7         the graphics processor; `none` for a machine without one
///   EDGE_TENSORRT_DOUBLE_DLA=2                cores of its accelerator; none by default
///   EDGE_TENSORRT_DOUBLE_STEP_MS=20           how long a step of a build takes
///   EDGE_TENSORRT_DOUBLE_REPORT=FILE          written as the process ends: {"live":{…},"calls":{…}}
extern "C" {

/// Takes back everything that was told, and forgets counts of calls; objects that live stay counted.
void edge_double_reset();
void edge_double_set_minor(int minor);
/// Lets the n-th call fail, from now on and beginning with 1; 0 for none. Without a name, of all those that
/// can fail.
void edge_double_fail(const char* call, int nth);
/// How many calls were refused since the last reset.
int edge_double_failed();
/// How many objects there are of one interface (`ICudaEngine`), or of all.
int edge_double_live(const char* interface);
/// How often a function was called since the last reset; without a name, all those together that can fail.
int edge_double_calls(const char* call);
/// A name and a compute capability; without a name, there is no GPU.
void edge_double_set_gpu(const char* name, int compute_major, int compute_minor);
void edge_double_set_dla_cores(int cores);
/// Lets an engine say something else of an input or output than what it was built with:
///   type        a DataType
///   format0     a TensorFormat, in optimization profile 0 (format1: in 1)
///   location    a TensorLocation
///   shape       whether its values are another tensor's shape
///   dimensions  how many there are
/// What it computes stays the same.
void edge_double_set_tensor(const char* tensor, const char* property, int value);
void edge_double_set_step_ms(int milliseconds);
/// Lets engines that are deserialized from now on want a plugin that nobody registered.
void edge_double_set_missing_plugin(const char* name);
}
