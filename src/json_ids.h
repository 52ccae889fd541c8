/// Ids in JSON: 32 lower-case hex characters.
#pragma once

#include "byok/ids.h"
#include "json.h"

#include <string>
#include <string_view>
#include <utility>

namespace byok {

inline constexpr std::size_t kIdHexDigits = 2 * kIdBytes;

/// Zeros, and the document refused, where it is not such a text.
template <typename IdType>
IdType id_field(JsonFields& fields, std::string_view name) noexcept {
    IdType id;
    const std::string_view hex = fields.text(name, {kIdHexDigits, kIdHexDigits});
    for (std::size_t i = 0; i < hex.size(); ++i) {
        const char digit = hex[i];
        const bool decimal = digit >= '0' && digit <= '9';
        if (!decimal && !(digit >= 'a' && digit <= 'f'))
            fields.refuse();
        const int nibble = decimal ? digit - '0' : digit - 'a' + 10;
        id.bytes[i / 2] = static_cast<std::uint8_t>(id.bytes[i / 2] << 4 | (nibble & 15));
    }
    return id;
}

inline Json hex_json(ByteView bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return Json(std::move(text));
}

} // namespace byok
