# The modules of wasm/abi.h: reactors without JavaScript glue, which import random bytes and export what their headers declare.
# All from the same objects; what a module does not call is not in it.

# What a password or every record runs through is libsodium's and keeps its -O3; of what is ours, only the size is noticed. Beside -Oz, emcc has
# nothing inlined at all, not even a function of one instruction, unless it is told not to: 1.2 KB with brotli.
target_compile_options(byok_options INTERFACE -Oz -sINLINING_LIMIT=0 -flto)

set(byok_variant_sources ${PROJECT_SOURCE_DIR}/src/hazmat/wipe.cpp ${PROJECT_SOURCE_DIR}/src/session_seal.cpp)
list(REMOVE_ITEM byok_sources ${byok_variant_sources})

add_library(byok_wasm_options INTERFACE)
target_include_directories(byok_wasm_options INTERFACE include src wasm)
target_link_libraries(byok_wasm_options INTERFACE byok_options byok_no_exceptions byok_sodium)

# An export is linked wherever its object is, so each group of exports is a library of its own.
function(byok_add_objects name)
  add_library(${name} OBJECT ${ARGN})
  target_link_libraries(${name} PRIVATE byok_wasm_options)
endfunction()
byok_add_objects(byok_common ${byok_sources} wasm/abi.cpp)
byok_add_objects(abi-tables wasm/tables.cpp)
byok_add_objects(abi-deriver wasm/deriver.cpp)
byok_add_objects(abi-vault wasm/vault.cpp)
byok_add_objects(abi-platform wasm/platform.cpp)
byok_add_objects(abi-argon2 wasm/argon2.cpp)
target_include_directories(abi-argon2 SYSTEM PRIVATE ${BYOK_LIBSODIUM_SRC}/src/libsodium/crypto_pwhash/argon2)

add_library(bulk-memory OBJECT wasm/bulk_memory.c)
target_compile_options(bulk-memory PRIVATE -O2 -mbulk-memory)

byok_add_argon2(argon2-simd SIMD)
byok_add_argon2(argon2-scalar)
byok_add_argon2(argon2-nowipe SIMD DEFINES BYOK_NO_WIPE)
byok_add_argon2(argon2-none NONE)

# build/<folder>/<name>.wasm
function(byok_add_module folder name)
  cmake_parse_arguments(arg "" "" "OBJECTS;DEFINES" ${ARGN})
  set(target ${folder}-${name})
  add_executable(${target} ${byok_variant_sources})
  target_compile_definitions(${target} PRIVATE ${arg_DEFINES})
  target_link_libraries(${target} PRIVATE byok_wasm_options byok_common bulk-memory sodium_common ${arg_OBJECTS})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${name} SUFFIX .wasm RUNTIME_OUTPUT_DIRECTORY ${PROJECT_SOURCE_DIR}/build/${folder})
  # 1152 MiB: the largest Argon2 that is accepted (1 GiB) and room for the rest. The stack comes first, so that running over
  # it traps instead of overwriting data. Undefined symbols become imports: tests allow only a short list of them.
  # Across files only what makes the caller smaller is inlined: 1.6 KB of vault.wasm with brotli.
  target_link_options(${target} PRIVATE
    -Oz -flto -Wl,-mllvm,-inline-threshold=-40 -sBINARYEN_EXTRA_PASSES=-Oz,-Oz --no-entry -sSTANDALONE_WASM=1 -sFILESYSTEM=0 -sALLOW_MEMORY_GROWTH=1
    -sINITIAL_MEMORY=1048576 -sMAXIMUM_MEMORY=1207959552 -sTOTAL_STACK=131072 -sMALLOC=emmalloc
    -sERROR_ON_UNDEFINED_SYMBOLS=0 -Wno-undefined -Wl,--stack-first,--wrap=abort)
  if(NOT TARGET ${folder})
    add_custom_target(${folder})
  endif()
  add_dependencies(${folder} ${target})
endfunction()

set(vault abi-vault argon2-none)
byok_add_module(wasm deriver OBJECTS abi-deriver argon2-simd)
byok_add_module(wasm deriver-scalar OBJECTS abi-deriver argon2-scalar)
byok_add_module(wasm vault OBJECTS ${vault})
byok_add_module(wasm platform OBJECTS abi-platform abi-tables argon2-none)
# For tests alone: one stops while a provider key is open, so that a scan of the memory has something to find; the other
# never wipes, so that the scan is seen to fail.
byok_add_module(wasm-hold vault OBJECTS ${vault} DEFINES BYOK_HOLD_POINT)
byok_add_module(wasm-nowipe vault OBJECTS ${vault} DEFINES BYOK_NO_WIPE)
byok_add_module(wasm-nowipe deriver OBJECTS abi-deriver argon2-nowipe DEFINES BYOK_NO_WIPE)
# Argon2id with any parameters, which the deriver has good reasons to refuse.
byok_add_module(wasm-argon2 simd OBJECTS abi-argon2 argon2-simd)
byok_add_module(wasm-argon2 scalar OBJECTS abi-argon2 argon2-scalar)
