# byok.wasm: a reactor without JavaScript glue. It imports a few functions of `env` and exports what wasm/abi.h declares.

target_compile_options(byok_options INTERFACE -Os)
if(BYOK_WASM_SIMD)
  target_compile_options(byok_options INTERFACE -msimd128)
endif()

add_executable(byok wasm/abi.cpp)
target_link_libraries(byok PRIVATE byok_core byok_no_exceptions byok_json)
target_include_directories(byok PRIVATE wasm src)
set_target_properties(byok PROPERTIES SUFFIX .wasm RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
# 1152 MiB: the largest Argon2 that is accepted (1 GiB) and room for the rest. The stack comes first, so that running
# over it traps instead of overwriting data. Undefined symbols become imports: the contract test allows only its short list.
target_link_options(byok PRIVATE
  -O3 --no-entry -sSTANDALONE_WASM=1 -sFILESYSTEM=0 -sALLOW_MEMORY_GROWTH=1
  -sINITIAL_MEMORY=1048576 -sMAXIMUM_MEMORY=1207959552 -sTOTAL_STACK=131072 -sMALLOC=emmalloc
  -sERROR_ON_UNDEFINED_SYMBOLS=0 -Wl,--stack-first,--wrap=abort)
