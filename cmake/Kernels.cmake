# The GPU's kernels, as PTX, in a source file of their own. Where there are none, as on a machine without their compiler, the text is empty.
set(EDGE_KERNELS ${CMAKE_CURRENT_SOURCE_DIR}/../.cache/cuda/preprocess.ptx CACHE FILEPATH
  "The kernels as PTX: pnpm run setup --only kernels")

# Writes ${source}, which defines what gpu_image/kernels.h declares.
function(edge_embed_kernels source)
  set(ptx "")
  if(EXISTS ${EDGE_KERNELS})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${EDGE_KERNELS})
    file(READ ${EDGE_KERNELS} ptx)
  else()
    message(STATUS "There is no ${EDGE_KERNELS}: nothing is preprocessed on the GPU")
  endif()
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
// Generated from the kernels. Do not edit.
#include "gpu_image/kernel_text.h"

const char* edge::gpu_image::kernelText() noexcept {
  return R"PTX(@ptx@)PTX";
}
]])
endfunction()
