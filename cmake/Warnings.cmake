# Our own code compiles without a warning; headers of others are included as system headers.
function(edge_enable_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Wconversion)
endfunction()
