/// What the test of a provider key found, and what follows for storing it and for a job.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace byok {

/// The values are written into sealed records: append, never renumber.
enum class Verdict : std::uint8_t {
    untested = 0, ///< saved without an answer
    valid = 1,
    restricted = 2, ///< valid, but lacks a scope or permission
    invalid = 3,
    blocked = 4, ///< disabled by the provider, or reported as leaked
    no_credit = 5,
    rate_limited = 6,
    wrong_region_or_ip = 7,
    wrong_provider = 8, ///< rejected, and shaped like another provider's key
    provider_down = 9,
    unreachable = 10,
    unknown = 11, ///< could not tell; never treated as invalid
};
inline constexpr std::uint8_t kVerdictCount = 12;

/// What a verdict does to a key that is about to be stored.
enum class StoreDecision : std::uint8_t {
    store,        ///< valid
    store_warned, ///< restricted, no_credit, rate_limited, wrong_region_or_ip
    refuse,       ///< invalid, blocked
    offer_switch, ///< wrong_provider
    ask,          ///< provider_down, unreachable, unknown: "Save untested"
};

StoreDecision store_decision(Verdict verdict) noexcept;

/// Only invalid and blocked ever suggest deleting a stored key.
bool suggests_deletion(Verdict verdict) noexcept;

/// Whether a later test with this verdict replaces the last verdict of a stored key. An answer that says
/// nothing about the key (provider_down, unreachable, unknown) leaves the stored one untouched (E30).
bool is_about_the_key(Verdict verdict) noexcept;

/// "valid", "no_credit" ...: the name on the wire, in events and in the panel's catalogue of words.
std::string_view verdict_name(Verdict verdict) noexcept;
std::optional<Verdict> verdict_from_name(std::string_view name) noexcept;

} // namespace byok
