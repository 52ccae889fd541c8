# byok.wasm: a reactor without JavaScript glue. It imports a few functions of `env` and exports what wasm/abi.h declares.
# Built four times from the same objects, each into build/<variant>/byok.wasm; only what differs is compiled again.

# Argon2 and the primitives are libsodium's and keep their -O3; of what is ours, only the size is noticed.
target_compile_options(byok_options INTERFACE -Oz -flto)

set(byok_variant_sources ${PROJECT_SOURCE_DIR}/src/hazmat/wipe.cpp ${PROJECT_SOURCE_DIR}/src/session_seal.cpp)
list(REMOVE_ITEM byok_sources ${byok_variant_sources})

add_library(byok_wasm_options INTERFACE)
target_include_directories(byok_wasm_options INTERFACE include src wasm)
target_link_libraries(byok_wasm_options INTERFACE byok_options byok_no_exceptions byok_json byok_sodium)

add_library(byok_common OBJECT ${byok_sources} wasm/abi.cpp)
target_link_libraries(byok_common PRIVATE byok_wasm_options)

function(byok_add_variant name)
  cmake_parse_arguments(arg "SIMD" "" "DEFINES" ${ARGN})
  if(arg_SIMD)
    byok_add_argon2(argon2-${name} SIMD DEFINES ${arg_DEFINES})
  else()
    byok_add_argon2(argon2-${name} DEFINES ${arg_DEFINES})
  endif()
  add_executable(${name} ${byok_variant_sources})
  target_compile_definitions(${name} PRIVATE ${arg_DEFINES})
  target_link_libraries(${name} PRIVATE byok_wasm_options byok_common sodium_common argon2-${name})
  set_target_properties(${name} PROPERTIES
    OUTPUT_NAME byok SUFFIX .wasm RUNTIME_OUTPUT_DIRECTORY ${PROJECT_SOURCE_DIR}/build/${name})
  # 1152 MiB: the largest Argon2 that is accepted (1 GiB) and room for the rest. The stack comes first, so that running over
  # it traps instead of overwriting data. Undefined symbols become imports: tests allow only a short list of them.
  target_link_options(${name} PRIVATE
    -Oz -flto -sBINARYEN_EXTRA_PASSES=--converge --no-entry -sSTANDALONE_WASM=1 -sFILESYSTEM=0 -sALLOW_MEMORY_GROWTH=1
    -sINITIAL_MEMORY=1048576 -sMAXIMUM_MEMORY=1207959552 -sTOTAL_STACK=131072 -sMALLOC=emmalloc
    -sERROR_ON_UNDEFINED_SYMBOLS=0 -Wno-undefined -Wl,--stack-first,--wrap=abort)
endfunction()

byok_add_variant(wasm SIMD)
byok_add_variant(wasm-scalar)
# For tests alone: one stops while a provider key is open, so that a scan of the memory has something to find; the other
# never wipes, so that the scan is seen to fail.
byok_add_variant(wasm-hold SIMD DEFINES BYOK_HOLD_POINT)
byok_add_variant(wasm-nowipe SIMD DEFINES BYOK_NO_WIPE)
