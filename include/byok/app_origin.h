/// An app's name, as the browser gives it: its origin.
#pragma once

#include <string_view>

namespace byok {

/// True for what a browser serialises as an origin: `scheme://host` or `scheme://host:port`, lower case,
/// ASCII, at most kMaxOriginBytes. Not for an opaque one ("null"), nor for anything with a path or a user in
/// it: two spellings of one app would be two permissions, of which only one is revoked.
bool is_app_origin(std::string_view text) noexcept;

} // namespace byok
