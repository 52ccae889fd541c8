# What every translation unit of ours is compiled with. Third-party code is SYSTEM and keeps its own warnings.

add_library(byok_options INTERFACE)
target_compile_options(byok_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror
  -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wcast-qual -Wcast-align -Wundef
  -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough -Wextra-semi
  -Wdouble-promotion -Wnull-dereference)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(byok_options INTERFACE -Wduplicated-cond -Wlogical-op -Wuseless-cast)
else()
  target_compile_options(byok_options INTERFACE -Wunreachable-code -Wnewline-eof)
endif()

if(BYOK_SANITIZE)
  target_compile_options(byok_options INTERFACE
    -O1 -g1 -fno-omit-frame-pointer
    -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize=vptr -fno-sanitize-recover=all)
  target_link_options(byok_options INTERFACE -fsanitize=address,undefined -fno-sanitize=vptr)
elseif(NOT EMSCRIPTEN)
  target_compile_options(byok_options INTERFACE -O2)
  target_compile_definitions(byok_options INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
endif()

# The core ships without exceptions and RTTI, so it is tested without them too.
add_library(byok_no_exceptions INTERFACE)
target_compile_options(byok_no_exceptions INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions> $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
