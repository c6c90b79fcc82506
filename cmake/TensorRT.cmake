# TensorRT's two major versions in one addon. What includes NVIDIA's headers is compiled once for each, with the vendor's namespaces
# renamed: otherwise inline functions of both have one name, the linker keeps one of them, and the wrong virtual is called.
set(EDGE_TENSORRT_HEADERS ${CMAKE_CURRENT_SOURCE_DIR}/../.cache/tensorrt/headers CACHE PATH
  "TensorRT's headers, a folder for each major version; the pinned ones, never the system's")

# Sets ${result} to the folder with the headers of a major version of TensorRT.
function(edge_tensorrt_headers result major)
  set(folder ${EDGE_TENSORRT_HEADERS}/${major})
  foreach(header NvInfer.h NvInferVersion.h NvOnnxParser.h cuda_runtime_api.h)
    if(NOT EXISTS ${folder}/${header})
      message(FATAL_ERROR "There is no ${folder}/${header}. This fetches TensorRT's headers: pnpm run setup --only tensorrt-headers")
    endif()
  endforeach()
  file(STRINGS ${folder}/NvInferVersion.h found REGEX "define +TRT_MAJOR_ENTERPRISE +${major}( |$)")
  if(NOT found)
    message(FATAL_ERROR "${folder} has the headers of another version than TensorRT ${major}: "
      "pnpm run setup --only tensorrt-headers")
  endif()
  set(${result} ${folder} PARENT_SCOPE)
endfunction()

# Compiles sources for one major version of TensorRT, and puts them into ${target}. In them the vendor's names are the renamed ones, and
# ours are in the namespace EDGE_TENSORRT_NAMESPACE.
function(edge_add_tensorrt target major)
  edge_tensorrt_headers(headers ${major})
  set(objects edge_tensorrt_v${major})
  add_library(${objects} OBJECT ${ARGN})
  target_include_directories(${objects} SYSTEM PRIVATE ${headers})
  target_include_directories(${objects} PRIVATE $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)
  target_compile_definitions(${objects} PRIVATE
    nvinfer1=nvinfer1_v${major} nvonnxparser=nvonnxparser_v${major}
    EDGE_TENSORRT_MAJOR=${major} EDGE_TENSORRT_NAMESPACE=v${major})
  if(EDGE_SANITIZE)
    # It compares types by their names, which are renamed here and not in the library.
    target_compile_options(${objects} PRIVATE -fno-sanitize=vptr)
  endif()
  edge_enable_warnings(${objects})
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
endfunction()
