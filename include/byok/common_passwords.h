/// A compact set of common passwords, kept as fingerprints.
#pragma once

#include "byok/result.h"
#include "byok/secret_bytes.h"

#include <cstdint>

namespace byok {

/// The 10,806 commonest passwords of eight or more characters in 20 KB (web/assets/common-passwords.bin): no
/// false negatives, and 1 in 10,000 of other passwords is taken for a common one. Loaded on the create and
/// change screens only. The format, the fingerprint and the source are described in
/// tools/make-common-passwords.mjs, which makes the file.
class CommonPasswords {
  public:
    /// The empty set.
    CommonPasswords() noexcept = default;
    /// @param file the file's bytes, which must outlive this object; checked to the last bit, so that a
    /// lookup can't
    ///        fail. An empty view is the empty set.
    /// @return bad_argument where it is damaged.
    static Result<CommonPasswords> load(ByteView file) noexcept;

    /// @param lower_case_password with A-Z made lower case. Takes about 0.1 ms, whatever the answer.
    [[nodiscard]] bool contains(ByteView lower_case_password) const noexcept;

    [[nodiscard]] std::uint32_t size() const noexcept { return count_; }

  private:
    ByteView bits_;
    std::uint32_t count_ = 0;
    std::uint32_t remainder_bits_ = 0;
    std::uint64_t range_ = 0;
};

/// FNV-1a (64 bits) finished as MurmurHash3 does. Not cryptographic: it only spreads public passwords evenly.
std::uint64_t password_fingerprint(ByteView lower_case_password) noexcept;

} // namespace byok
