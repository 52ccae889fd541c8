/// How good a password is, estimated over its bytes: libraries want strings, and a string can't be wiped.
#pragma once

#include <cstddef>
#include <cstdint>

#include "byok/result.h"
#include "byok/secret_bytes.h"

namespace byok {

inline constexpr std::size_t kMinPasswordCodePoints = 8;
inline constexpr std::size_t kRecommendedPasswordCodePoints = 15;  ///< NIST SP 800-63B-4, single factor
inline constexpr std::size_t kMaxPasswordBytes = 1024;

/// A compact set of common passwords (a fingerprint filter of at most 20 KB): `contains` has no false negatives
/// and a documented small rate of false positives. Built by tools/make-common-passwords; format in docs/format.md.
class CommonPasswords {
public:
    /// @param filter the file's bytes, which must outlive this object. An empty view is the empty set.
    /// @return bad_argument where it is damaged.
    static Result<CommonPasswords> load(ByteView filter) noexcept;
    [[nodiscard]] bool contains(ByteView lower_case_password) const noexcept;

private:
    ByteView filter_;
};

/// Shown as a meter of five steps and a word.
enum class StrengthScore : std::uint8_t { very_weak = 0, weak = 1, fair = 2, good = 3, strong = 4 };

struct Strength {
    StrengthScore score = StrengthScore::very_weak;
    std::uint32_t code_points = 0;
    std::uint32_t guesses_log2 = 0;  ///< estimated bits an informed guesser needs
    Status refusal = Status::ok;     ///< password_too_short, _too_long, _common, _not_utf8, or ok
};

/// Length, repeats, sequences, keyboard walks and the filter. Linear in the length; total for any bytes.
Strength estimate_strength(ByteView password, const CommonPasswords& common) noexcept;

}  // namespace byok
