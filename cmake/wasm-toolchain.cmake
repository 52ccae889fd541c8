# Finds the toolchain file of whichever Emscripten is on PATH (Debian's package or a newer SDK).

execute_process(COMMAND em-config EMSCRIPTEN_ROOT OUTPUT_VARIABLE root OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "em-config is not on PATH: install emscripten (Debian: apt-get install emscripten)")
endif()
include(${root}/cmake/Modules/Platform/Emscripten.cmake)
