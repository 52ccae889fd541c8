# Catch2 tests, and with clang one libFuzzer executable for each tests/fuzz/*_fuzz.cpp.

include(CTest)

# g++ 12 sees overruns in its own library's string concatenation; the sanitized build looks for real ones. A library of its own,
# because its options must come after those that the core hands on.
add_library(byok_test_options INTERFACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(byok_test_options INTERFACE
    -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
file(GLOB byok_test_sources CONFIGURE_DEPENDS tests/*_test.cpp tests/support/*.cpp)
if(byok_test_sources)
  find_package(Catch2 2.13 REQUIRED)
  include(Catch)
  add_executable(byok_tests ${byok_test_sources})
  target_include_directories(byok_tests PRIVATE tests src)
  target_compile_definitions(byok_tests PRIVATE BYOK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # Catch2's main comes compiled (libCatch2WithMain). The tests keep exceptions, which REQUIRE needs; the core has none.
  target_link_libraries(byok_tests PRIVATE byok_core byok_json byok_sodium Catch2::Catch2WithMain byok_test_options)
  # Half of the time a test file takes to compile is Catch2's header.
  target_precompile_headers(byok_tests PRIVATE <catch2/catch.hpp>)
  catch_discover_tests(byok_tests TEST_SPEC "~[.]" PROPERTIES TIMEOUT 300)
endif()

# What wasm/argon2.test.ts asks.
add_executable(argon2id tests/native/argon2id.cpp)
target_link_libraries(argon2id PRIVATE byok_options byok_sodium)

if(BYOK_SANITIZE)
  file(GLOB byok_fuzz_sources CONFIGURE_DEPENDS tests/fuzz/*_fuzz.cpp)
  foreach(source IN LISTS byok_fuzz_sources)
    cmake_path(GET source STEM name)
    add_executable(${name} ${source})
    target_include_directories(${name} PRIVATE tests src)
    target_link_libraries(${name} PRIVATE byok_core byok_no_exceptions byok_sodium)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  endforeach()
endif()
