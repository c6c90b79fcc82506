# Generates error_codes.h from the list that TypeScript uses too, so that the two cannot differ.
function(edge_generate_error_codes json header)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${json})
  file(READ ${json} content)
  string(JSON count LENGTH "${content}")
  math(EXPR last "${count} - 1")
  set(enumerators "")
  set(names "")
  foreach(index RANGE ${last})
    string(JSON code MEMBER "${content}" ${index})
    string(JSON meaning GET "${content}" ${code})
    string(APPEND enumerators "  ${code},  ///< ${meaning}\n")
    string(APPEND names "    \"${code}\",\n")
  endforeach()
  file(CONFIGURE OUTPUT ${header} @ONLY CONTENT [[
// Generated from packages/errors/codes.json. Do not edit.
#pragma once

#include <array>
#include <cstddef>

namespace edge {

/// A stable name for one kind of failure.
enum class ErrorCode {
@enumerators@};

/// The codes' names, in the order of the enumerators.
inline constexpr std::array<const char*, @count@> kErrorCodeNames = {
@names@};

/// The code's name, as JavaScript sees it.
constexpr const char* name(ErrorCode code) noexcept { return kErrorCodeNames[static_cast<std::size_t>(code)]; }

}  // namespace edge
]])
endfunction()
