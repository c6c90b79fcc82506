# cmake -DNM=nm [-DMAJOR=10] -P check.cmake -- OBJECTS: fails on a symbol in TensorRT's namespaces that is not renamed for that major
# version, and without MAJOR on any symbol in them; see cmake/TensorRT.cmake for why.
set(objects "")
set(begun FALSE)
foreach(index RANGE ${CMAKE_ARGC})
  if(begun)
    list(APPEND objects ${CMAKE_ARGV${index}})
  elseif("${CMAKE_ARGV${index}}" STREQUAL "--")
    set(begun TRUE)
  endif()
endforeach()
if(NOT objects)
  message(FATAL_ERROR "No object files were given.")
endif()

execute_process(
  COMMAND ${NM} -C ${objects}
  COMMAND grep -E "(nvinfer1|nvonnxparser)[A-Za-z0-9_]*::"
  OUTPUT_VARIABLE symbols RESULTS_VARIABLE codes)
list(GET codes 0 code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "${NM} failed: ${code}")
endif()
# A list would end at the semicolons and brackets that symbols have; lines with a foreign name are found in the text as a whole.
set(unseen "${symbols}")
if(MAJOR)
  string(REGEX REPLACE "(nvinfer1|nvonnxparser)_v${MAJOR}::" "" unseen "${symbols}")
  if(unseen STREQUAL symbols)
    message(FATAL_ERROR "The objects have no symbol of TensorRT ${MAJOR}: nothing was checked.")
  endif()
endif()
string(REGEX MATCHALL "[^\n]*(nvinfer1|nvonnxparser)[A-Za-z0-9_]*::[^\n]*" wrong "${unseen}")
if(wrong)
  string(REPLACE ";" "\n" wrong "${wrong}")
  message(FATAL_ERROR "Symbols that another version of TensorRT has too:\n${wrong}")
endif()
