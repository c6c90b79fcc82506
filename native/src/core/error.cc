#include "core/error.h"

#include <new>

namespace edge {

Error currentError() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return {ErrorCode::OUT_OF_MEMORY,
            {"memory could not be had", "", "",
             "Use a smaller model, fewer requests, or a machine with more memory."}};
  } catch (const std::exception& error) {
    return {ErrorCode::INTERNAL, {error.what(), "", "", "Please report this."}};
  } catch (...) {
    return {ErrorCode::INTERNAL, {"an unknown exception", "", "", "Please report this."}};
  }
}

}  // namespace edge
