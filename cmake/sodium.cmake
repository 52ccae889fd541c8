# libsodium: the machine's package natively, its sources for WebAssembly.

add_library(byok_sodium INTERFACE)

if(NOT EMSCRIPTEN)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
  target_link_libraries(byok_sodium INTERFACE PkgConfig::SODIUM)
  return()
endif()

set(BYOK_LIBSODIUM_SRC "${PROJECT_SOURCE_DIR}/.tools/libsodium" CACHE PATH "Unpacked sources of libsodium 1.0.18")
set(root ${BYOK_LIBSODIUM_SRC}/src/libsodium)
if(NOT EXISTS ${root}/include/sodium/version.h.in)
  message(FATAL_ERROR "No libsodium sources in ${BYOK_LIBSODIUM_SRC}. tools/setup.sh fetches them.")
endif()

# What configure would write into version.h.
set(VERSION 1.0.18)
set(SODIUM_LIBRARY_VERSION_MAJOR 10)
set(SODIUM_LIBRARY_VERSION_MINOR 3)
set(SODIUM_LIBRARY_MINIMAL_DEF "")
file(READ ${root}/include/sodium/version.h.in version_h)
string(REPLACE "\"export.h\"" "\"sodium/export.h\"" version_h "${version_h}")
string(CONFIGURE "${version_h}" version_h @ONLY)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/sodium/sodium/version.h CONTENT "${version_h}" @ONLY)

# wasm/sodium_platform.c stands in for randombytes.c, runtime.c and the ChaCha20 that nothing here uses.
set(files
  crypto_box/crypto_box.c
  crypto_box/crypto_box_easy.c
  crypto_box/crypto_box_seal.c
  crypto_box/curve25519xsalsa20poly1305/box_curve25519xsalsa20poly1305.c
  crypto_core/ed25519/ref10/ed25519_ref10.c
  crypto_core/hsalsa20/core_hsalsa20.c
  crypto_core/hsalsa20/ref2/core_hsalsa20_ref2.c
  crypto_core/salsa/ref/core_salsa_ref.c
  crypto_generichash/blake2b/generichash_blake2.c
  crypto_generichash/blake2b/ref/blake2b-compress-ref.c
  crypto_generichash/blake2b/ref/blake2b-ref.c
  crypto_generichash/blake2b/ref/generichash_blake2b.c
  crypto_generichash/crypto_generichash.c
  crypto_hash/sha512/cp/hash_sha512_cp.c
  crypto_onetimeauth/crypto_onetimeauth.c
  crypto_onetimeauth/poly1305/donna/poly1305_donna.c
  crypto_onetimeauth/poly1305/onetimeauth_poly1305.c
  crypto_pwhash/argon2/argon2-encoding.c
  crypto_pwhash/argon2/blake2b-long.c
  crypto_pwhash/argon2/pwhash_argon2i.c
  crypto_pwhash/argon2/pwhash_argon2id.c
  crypto_pwhash/crypto_pwhash.c
  crypto_scalarmult/crypto_scalarmult.c
  crypto_scalarmult/curve25519/scalarmult_curve25519.c
  crypto_secretbox/crypto_secretbox.c
  crypto_secretbox/crypto_secretbox_easy.c
  crypto_secretbox/xsalsa20poly1305/secretbox_xsalsa20poly1305.c
  crypto_stream/crypto_stream.c
  crypto_stream/salsa20/ref/salsa20_ref.c
  crypto_stream/salsa20/stream_salsa20.c
  crypto_stream/xsalsa20/stream_xsalsa20.c
  crypto_verify/sodium/verify.c
  sodium/codecs.c
  sodium/core.c
  sodium/utils.c)
list(TRANSFORM files PREPEND ${root}/)
list(APPEND files ${PROJECT_SOURCE_DIR}/wasm/x25519.c) # includes x25519_ref10.c

# BLAKE2b's twelve rounds as a loop over the same round, where libsodium's file has them one after the other: each of the two
# modules that a browser loads gets 1.5 KB smaller with brotli by it.
set(blake2b ${root}/crypto_generichash/blake2b/ref/blake2b-compress-ref.c)
file(READ ${blake2b} blake2b_source)
set(rounds "")
foreach(round RANGE 11)
  string(APPEND rounds "    ROUND(${round});\n")
endforeach()
string(REPLACE "${rounds}" "    for (int round = 0; round < 12; ++round)\n        ROUND(round);\n" blake2b_looped "${blake2b_source}")
if(blake2b_looped STREQUAL blake2b_source)
  message(FATAL_ERROR "${blake2b} is not the file that was known")
endif()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/sodium/blake2b-compress.c CONTENT "${blake2b_looped}" @ONLY)
list(REMOVE_ITEM files ${blake2b})
list(APPEND files ${PROJECT_BINARY_DIR}/sodium/blake2b-compress.c)
# What a password or every record runs through keeps its -O3; of the rest, which runs once for a sealing, only the size is noticed.
# By file, and not with -Os for the target and -O3 after it: emcc then inlines nothing in any of them, which made BLAKE2b call a
# function for each of its 384 rotations.
set(cold ${files})
list(REMOVE_ITEM cold
  ${PROJECT_BINARY_DIR}/sodium/blake2b-compress.c
  ${root}/crypto_onetimeauth/poly1305/donna/poly1305_donna.c
  ${root}/crypto_stream/salsa20/ref/salsa20_ref.c)
set_source_files_properties(${cold} PROPERTIES COMPILE_OPTIONS "-Oz;-sINLINING_LIMIT=0")

add_library(sodium_options INTERFACE)
target_include_directories(sodium_options INTERFACE
  ${root}/include/sodium ${PROJECT_BINARY_DIR}/sodium/sodium ${root}/include ${PROJECT_BINARY_DIR}/sodium)
target_compile_definitions(sodium_options INTERFACE
  CONFIGURED=1 NATIVE_LITTLE_ENDIAN=1 SODIUM_STATIC=1 HAVE_EXPLICIT_BZERO=1 NDEBUG)

add_library(sodium_common OBJECT ${files})
target_compile_options(sodium_common PRIVATE -w)
target_include_directories(sodium_common PRIVATE ${root} ${root}/crypto_generichash/blake2b/ref)
target_link_libraries(sodium_common PRIVATE sodium_options)

# Argon2's core, and the platform that libsodium stands on. Only Argon2 gains from SIMD: its block filling is then our own, in the
# slot of libsodium's SSSE3 file; everything else stays portable C. And it gives 64 MiB back as they are, the last block of which
# is the derived key in all but name: what it frees is wiped. With NONE the platform alone, for modules that derive nothing from a
# password.
function(byok_add_argon2 target)
  cmake_parse_arguments(arg "SIMD;NONE" "" "DEFINES" ${ARGN})
  set(argon2 ${BYOK_LIBSODIUM_SRC}/src/libsodium/crypto_pwhash/argon2)
  add_library(${target} OBJECT ${PROJECT_SOURCE_DIR}/wasm/sodium_platform.c)
  target_link_libraries(${target} PRIVATE sodium_options)
  target_compile_options(${target} PRIVATE -O3 -include ${PROJECT_SOURCE_DIR}/src/hazmat/wiping_free.h)
  target_compile_definitions(${target} PRIVATE ${arg_DEFINES})
  if(arg_NONE)
    target_compile_definitions(${target} PRIVATE BYOK_NO_ARGON2)
    return()
  endif()
  set(theirs ${argon2}/argon2.c ${argon2}/argon2-core.c)
  if(arg_SIMD)
    set(ours ${PROJECT_SOURCE_DIR}/src/hazmat/argon2_fill_simd.c)
    set_source_files_properties(${ours} PROPERTIES
      COMPILE_OPTIONS "-isystem;${argon2};-Wall;-Wextra;-Werror;-Wshadow;-Wconversion")
    target_sources(${target} PRIVATE ${ours})
    target_compile_options(${target} PRIVATE -msimd128)
    # The portable filling is the dispatch's default, never used where this one is: it need not be loaded either.
    target_compile_definitions(${target} PRIVATE
      BYOK_ARGON2_SIMD HAVE_EMMINTRIN_H=1 HAVE_TMMINTRIN_H=1 fill_segment_ref=fill_segment_ssse3)
  else()
    list(APPEND theirs ${argon2}/argon2-fill-block-ref.c)
  endif()
  set_source_files_properties(${theirs} PROPERTIES COMPILE_OPTIONS -w)
  target_sources(${target} PRIVATE ${theirs})
endfunction()

target_include_directories(byok_sodium SYSTEM INTERFACE ${root}/include ${PROJECT_BINARY_DIR}/sodium)
target_compile_definitions(byok_sodium INTERFACE SODIUM_STATIC=1)
