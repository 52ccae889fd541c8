/// How good a password is, estimated over its bytes: libraries want strings, and a string can't be wiped.
#pragma once

#include "byok/common_passwords.h"
#include "byok/result.h"
#include "byok/secret_bytes.h"

#include <cstddef>
#include <cstdint>

namespace byok {

inline constexpr std::size_t kMinPasswordCodePoints = 8;
inline constexpr std::size_t kRecommendedPasswordCodePoints = 15; ///< NIST SP 800-63B-4, single factor
inline constexpr std::size_t kMaxPasswordBytes = 1024;

/// Shown as a meter of five steps and a word. Steps at 28, 40, 52 and 64 bits: each guess costs an attacker a
/// run of Argon2id over 64 MiB, so 40 bits are years of one machine and 64 bits are out of reach.
enum class StrengthScore : std::uint8_t { very_weak = 0, weak = 1, fair = 2, good = 3, strong = 4 };

struct Strength {
    StrengthScore score = StrengthScore::very_weak;
    std::uint32_t code_points = 0;
    std::uint32_t guesses_log2 = 0; ///< estimated bits an informed guesser needs
    Status refusal = Status::ok;    ///< password_too_short, _too_long, _common, _not_utf8, or ok
};

/// Length, repeats, sequences, keyboard walks and the set. Linear in the length; total for any bytes.
///
/// An estimate, and a careful one: what looks like a word, a year or a pattern counts little, whoever chose
/// it. Refused as common is what the set contains, and what is as easy to guess as that (one character or one
/// run, repeated).
Strength estimate_strength(ByteView password, const CommonPasswords& common) noexcept;

} // namespace byok
