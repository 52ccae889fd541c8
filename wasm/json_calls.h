/// Arguments and results that are JSON: the platform's. What a browser loads does without (vault.h).
#pragma once

#include "byok/platform_secret.h"
#include "byok/sealed_key.h"
#include "calls.h"
#include "json.h"
#include "json_ids.h"

#include <array>
#include <string>

namespace byok::abi {

inline constexpr std::array<std::string_view, 2> kPurposes{"test", "job"};

inline WallMs time_field(JsonFields& fields, std::string_view name) noexcept {
    return WallMs{fields.number(name, {0, kMaxMs})};
}

inline Purpose purpose_field(JsonFields& fields) noexcept {
    const std::string_view name = fields.text("purpose", {1, 8});
    if (name != kPurposes[0] && name != kPurposes[1])
        fields.refuse();
    return name == kPurposes[1] ? Purpose::job : Purpose::test;
}

inline Json text_json(std::string_view text) {
    return Json(std::string(text));
}

inline Status give(Out* out, const Json& json) {
    return give(out, std::string_view(to_json_text(json)));
}

/// Facts, and the bytes that go with them.
inline Status give(Out* out, const Json& facts, ByteView bytes) {
    const std::string text = to_json_text(facts);
    return give(
        out, std::vector<ByteView>{{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, bytes});
}

} // namespace byok::abi
