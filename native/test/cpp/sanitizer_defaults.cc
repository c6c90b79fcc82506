// What the sanitizers are told, so that `ctest` needs no environment variables. Not called in builds without
// them.

extern "C" {

const char* __asan_default_options();       // NOLINT(bugprone-reserved-identifier): the sanitizer's name
const char* __tsan_default_options();       // NOLINT(bugprone-reserved-identifier): the sanitizer's name
const char* __tsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier): the sanitizer's name
const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier): the sanitizer's name

// One test asks for more memory than there is and wants the null pointer that the C library gives. And where
// a library brings variables of its own for each thread, the search for leaks of GCC 12 may read their places
// where there are none ("Tracer caught signal 11"): it does not ask for them.
const char* __asan_default_options() {
  return "allocator_may_return_null=1:intercept_tls_get_addr=0";
}

// TensorFlow Lite's static initialisers leave one byte allocated. Leaks of what *we* make in it and forget
// are found with the test double, which is not excepted.
const char* __lsan_default_suppressions() {
  return "leak:libtensorflowlite_c.so";
}

const char* __tsan_default_options() {
  return "allocator_may_return_null=1 ignore_noninstrumented_modules=1";
}

// TensorFlow Lite is not built with ThreadSanitizer, which cannot see how its threads wait for each other.
const char* __tsan_default_suppressions() {
  return "called_from_lib:libtensorflowlite_c.so\nrace:libtensorflowlite_c.so";
}
}
