# EDGE_SANITIZE: AddressSanitizer with LeakSanitizer, and UndefinedBehaviorSanitizer, in everything that is built.
option(EDGE_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
if(EDGE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# EDGE_SANITIZE_THREAD: ThreadSanitizer, which cannot be combined with the others.
option(EDGE_SANITIZE_THREAD "Build with ThreadSanitizer" OFF)
if(EDGE_SANITIZE_THREAD)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
