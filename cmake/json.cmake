# nlohmann/json alone: the folder it is installed in holds every other header of the machine, which em++ must not see.

find_path(BYOK_JSON_DIR nlohmann/json.hpp PATHS /usr/include /usr/local/include NO_CMAKE_FIND_ROOT_PATH REQUIRED
  DOC "Folder that holds nlohmann/json.hpp (Debian: nlohmann-json3-dev)")
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/third_party)
file(CREATE_LINK ${BYOK_JSON_DIR}/nlohmann ${PROJECT_BINARY_DIR}/third_party/nlohmann SYMBOLIC)

add_library(byok_json INTERFACE)
target_include_directories(byok_json SYSTEM INTERFACE ${PROJECT_BINARY_DIR}/third_party)
target_compile_definitions(byok_json INTERFACE
  JSON_NOEXCEPTION JSON_NO_IO JSON_USE_IMPLICIT_CONVERSIONS=0 JSON_HAS_RANGES=0 JSON_HAS_THREE_WAY_COMPARISON=0)
