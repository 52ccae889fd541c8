# nlohmann/json, the second opinion of the tests on what is JSON. The core has a reader of its own.
# Through a link: /usr/include as one more folder of system headers would upset the order of the compiler's own.

find_path(BYOK_JSON_DIR nlohmann/json.hpp PATHS /usr/include /usr/local/include NO_CMAKE_FIND_ROOT_PATH REQUIRED
  DOC "Folder that holds nlohmann/json.hpp (Debian: nlohmann-json3-dev)")
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/third_party)
file(CREATE_LINK ${BYOK_JSON_DIR}/nlohmann ${PROJECT_BINARY_DIR}/third_party/nlohmann SYMBOLIC)

add_library(byok_json INTERFACE)
target_include_directories(byok_json SYSTEM INTERFACE ${PROJECT_BINARY_DIR}/third_party)
target_compile_definitions(byok_json INTERFACE
  JSON_NOEXCEPTION JSON_NO_IO JSON_USE_IMPLICIT_CONVERSIONS=0 JSON_HAS_RANGES=0 JSON_HAS_THREE_WAY_COMPARISON=0)
