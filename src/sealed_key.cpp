#include "byok/sealed_key.h"

#include "byok/key_text.h"
#include "byok/manifest.h"
#include "hazmat/padding.h"
#include "hazmat/random.h"
#include "hazmat/sealed_box.h"
#include "wire.h"

#include <limits>
#include <utility>

namespace byok {
namespace {

constexpr std::uint8_t kSealVersion = 1;
constexpr std::size_t kBlock = 256;
constexpr std::size_t kPrefixBytes = 1 + kKeyIdBytes;
constexpr std::size_t kMaxProviderIdBytes = 32;
constexpr std::size_t kFixedBytes = 1 + 1 + kIdBytes + 8 + 8 + 2 + 1 + 2;
static_assert(kPrefixBytes + hazmat::kSealedBoxOverhead +
                  hazmat::padded_size(kFixedBytes + kMaxUserIdBytes + kMaxProviderIdBytes + kMaxKeyBytes,
                                      kBlock) <=
              kMaxSealedBytes);

/// 0 for what is no purpose.
constexpr std::uint64_t max_life_of(Purpose purpose) noexcept {
    if (purpose == Purpose::test)
        return kMaxTestLifeMs;
    return purpose == Purpose::job ? kMaxJobLifeMs : 0;
}

struct Plaintext {
    SealId id;
    WallMs issued;
    WallMs expires;
    ByteView key; ///< into the opened box
};

/// @return sealed_key_refused unless it is well-formed and for this demand.
Result<Plaintext> read_plaintext(ByteView bytes, const OpenDemand& demand) noexcept {
    wire::Reader in(bytes);
    Plaintext found;
    const bool version_fits = in.u8() == kSealVersion;
    const bool purpose_fits = in.u8() == static_cast<std::uint8_t>(demand.purpose);
    found.id = in.id<SealId>();
    found.issued.ms = in.u64();
    found.expires.ms = in.u64();
    const bool user_fits = in.text(in.u16()) == demand.user;
    const bool provider_fits = in.text(in.u8()) == demand.provider->id;
    found.key = in.bytes(in.u16());
    if (!in.finished() || !version_fits || !purpose_fits || !user_fits || !provider_fits)
        return Status::sealed_key_refused;
    if (!is_clean_key(found.key))
        return Status::sealed_key_refused;
    return found;
}

/// Differences only: a sum could pass the end of 64 bits and come round.
Status check_times(const Plaintext& sealed, const OpenDemand& demand) noexcept {
    const std::uint64_t now = demand.now.ms;
    const std::uint64_t issued = sealed.issued.ms;
    const std::uint64_t expires = sealed.expires.ms;
    if (issued > now && issued - now > kMaxSkewMs)
        return Status::clock;
    if (expires < issued || expires - issued > max_life_of(demand.purpose))
        return Status::clock;
    return now < expires ? Status::ok : Status::expired;
}

} // namespace

Result<SealedKey> seal_key(const SealTarget& target, const Provider& provider, ByteView key) {
    const std::uint64_t life = max_life_of(target.purpose);
    if (life == 0)
        return Status::purpose_refused;
    if (find_provider(provider.id) != &provider)
        return Status::unknown_provider;
    const bool user_fits = !target.user.empty() && target.user.size() <= kMaxUserIdBytes;
    const bool time_fits = target.server_now.ms <= std::numeric_limits<std::uint64_t>::max() - life;
    if (!user_fits || !time_fits)
        return Status::bad_argument;
    if (!is_clean_key(key))
        return Status::bad_argument;

    SealedKey sealed;
    hazmat::fill_random(sealed.id.bytes);
    BYOK_TRY(plaintext,
             SecretBytes::make(kFixedBytes + target.user.size() + provider.id.size() + key.size()));
    wire::Writer fields(plaintext.expose());
    fields.u8(kSealVersion);
    fields.u8(static_cast<std::uint8_t>(target.purpose));
    fields.id(sealed.id);
    fields.u64(target.server_now.ms);
    fields.u64(target.server_now.ms + life);
    fields.u16(static_cast<std::uint16_t>(target.user.size()));
    fields.text(target.user);
    fields.u8(static_cast<std::uint8_t>(provider.id.size()));
    fields.text(provider.id);
    fields.u16(static_cast<std::uint16_t>(key.size()));
    fields.bytes(key);
    BYOK_TRY(padded, hazmat::pad(std::as_const(plaintext).expose(), kBlock));
    BYOK_TRY(box, hazmat::seal_to(target.platform, std::as_const(padded).expose()));

    sealed.bytes.resize(kPrefixBytes + box.size());
    wire::Writer out(sealed.bytes);
    out.u8(kSealVersion);
    out.bytes(key_id_of(target.platform));
    out.bytes(box);
    return sealed;
}

Result<OpenedKey> open_sealed_key(std::span<const PlatformSecret> secrets, ByteView sealed,
                                  const OpenDemand& demand) {
    if (demand.provider == nullptr || max_life_of(demand.purpose) == 0)
        return Status::bad_argument;
    if (sealed.size() > kMaxSealedBytes)
        return Status::sealed_key_refused;
    wire::Reader in(sealed);
    const std::uint8_t version = in.u8();
    const KeyId key_id = in.array<kKeyIdBytes>();
    const PlatformSecret* const secret = find_secret(secrets, key_id);
    if (in.failed() || version != kSealVersion || secret == nullptr)
        return Status::sealed_key_refused;

    BYOK_TRY(plaintext,
             hazmat::open_sealed(secret->public_key(), secret->secret_key(), in.bytes(in.remaining())));
    if (hazmat::unpad(plaintext, kBlock) != Status::ok)
        return Status::sealed_key_refused;
    BYOK_TRY(found, read_plaintext(std::as_const(plaintext).expose(), demand));
    BYOK_CHECK(check_times(found, demand));
    BYOK_TRY(key, SecretBytes::copy_of(found.key));
    return OpenedKey{found.id, found.issued, found.expires, std::move(key)};
}

} // namespace byok
