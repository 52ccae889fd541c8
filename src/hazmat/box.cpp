#include "hazmat/box.h"

#include "hazmat/random.h"

#include <sodium.h>

#include <array>

namespace byok::hazmat {
namespace {

constexpr std::string_view kDomain = "byok-vault";

template <std::size_t size>
std::array<std::uint8_t, size> little_endian(std::uint64_t number) noexcept {
    std::array<std::uint8_t, size> bytes;
    for (auto& byte : bytes) {
        byte = static_cast<std::uint8_t>(number & 0xFF);
        number >>= 8;
    }
    return bytes;
}

} // namespace

static_assert(kNonceBytes == crypto_secretbox_NONCEBYTES);
static_assert(kBoxOverhead == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES);
static_assert(kSubkeyBytes == crypto_secretbox_KEYBYTES);
static_assert(kSubkeyBytes == crypto_generichash_BYTES);

Context::Context(std::uint16_t version, std::string_view purpose) {
    bytes_.reserve(160);
    add_text(kDomain);
    add(little_endian<2>(version));
    add_text(purpose);
}

Context& Context::add(ByteView bytes) {
    const auto length = little_endian<4>(bytes.size());
    bytes_.insert(bytes_.end(), length.begin(), length.end());
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
}

Context& Context::add_text(std::string_view text) {
    return add(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Context& Context::add_u8(std::uint8_t number) {
    return add(little_endian<1>(number));
}

Context& Context::add_u64(std::uint64_t number) {
    return add(little_endian<8>(number));
}

Result<SecretBytes> derive_subkey(const SecretBytes& parent, const Context& context) noexcept {
    if (parent.size() != kSubkeyBytes)
        return Status::internal;
    BYOK_TRY(subkey, SecretBytes::make(kSubkeyBytes));
    crypto_generichash(subkey.expose().data(), subkey.size(), context.bytes().data(), context.bytes().size(),
                       parent.expose().data(), parent.size());
    return std::move(subkey);
}

Result<std::vector<std::uint8_t>> seal_box(const SecretBytes& parent, const Context& context,
                                           ByteView plaintext) {
    BYOK_TRY(subkey, derive_subkey(parent, context));
    std::vector<std::uint8_t> box(kBoxOverhead + plaintext.size());
    fill_random(MutableBytes(box).first(kNonceBytes));
    crypto_secretbox_easy(box.data() + kNonceBytes, plaintext.data(), plaintext.size(), box.data(),
                          subkey.expose().data());
    return box;
}

Result<SecretBytes> open_box(const SecretBytes& parent, const Context& context, ByteView box,
                             Status if_refused) noexcept {
    if (box.size() < kBoxOverhead)
        return if_refused;
    BYOK_TRY(subkey, derive_subkey(parent, context));
    BYOK_TRY(plaintext, SecretBytes::make(box.size() - kBoxOverhead));
    if (crypto_secretbox_open_easy(plaintext.expose().data(), box.data() + kNonceBytes,
                                   box.size() - kNonceBytes, box.data(), subkey.expose().data()) != 0)
        return if_refused;
    return std::move(plaintext);
}

} // namespace byok::hazmat
