/// The one construction for everything that is encrypted under a symmetric key: the context-bound secretbox.
///
/// A box opens only under the parent key *and* the context it was sealed for, so that it can't be moved to
/// another record, vault, user, provider or purpose. The context is not stored: the reader says what it
/// expects.
#pragma once

#include "byok/ids.h"
#include "byok/secret_bytes.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace byok::hazmat {

/// What a key or a box is for, as bytes: fields, each behind its own length so that no two lists of fields
/// give the same bytes. The first three are the domain "byok-vault", the format version and the purpose.
class Context {
  public:
    Context(std::uint16_t version, std::string_view purpose);

    Context& add(ByteView bytes);
    Context& add_text(std::string_view text);
    Context& add_u8(std::uint8_t number);
    Context& add_u64(std::uint64_t number);
    template <typename Tag>
    Context& add(const Id<Tag>& id) {
        return add(ByteView(id.bytes));
    }

    [[nodiscard]] ByteView bytes() const noexcept { return bytes_; }

  private:
    std::vector<std::uint8_t> bytes_;
};

inline constexpr std::size_t kSubkeyBytes = 32;
/// BLAKE2b-256 keyed with `parent` (32 bytes) over the context.
Result<SecretBytes> derive_subkey(const SecretBytes& parent, const Context& context) noexcept;

inline constexpr std::size_t kNonceBytes = 24;
inline constexpr std::size_t kBoxOverhead = kNonceBytes + 16; ///< how much longer a box is than its plaintext

/// Random nonce (24 bytes) || crypto_secretbox (XSalsa20-Poly1305, tag first) under the context's subkey.
Result<std::vector<std::uint8_t>> seal_box(const SecretBytes& parent, const Context& context,
                                           ByteView plaintext);

/// @param if_refused what is returned where the box does not open: only the caller knows what that means.
Result<SecretBytes> open_box(const SecretBytes& parent, const Context& context, ByteView box,
                             Status if_refused) noexcept;

} // namespace byok::hazmat
