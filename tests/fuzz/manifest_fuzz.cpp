/// Any bytes as a stored manifest; and any bytes as the plaintext of a manifest whose box opens.
#include "byok/manifest.h"
#include "hazmat/box.h"
#include "hazmat/padding.h"

#include <algorithm>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace byok;

constexpr std::size_t kPrefixBytes = 30;

VaultKey zero_key() {
    return VaultKey(SecretBytes::make(kKeyBytes).value());
}

hazmat::Context zero_context() {
    hazmat::Context context(kFormatVersion, "manifest");
    context.add(VaultId{}).add_u64(0);
    return context;
}

SecretBytes plaintext_of(ByteView manifest) {
    SecretBytes plaintext = hazmat::open_box(zero_key().secret(), zero_context(),
                                             manifest.subspan(kPrefixBytes), Status::manifest_damaged)
                                .value();
    if (hazmat::unpad(plaintext, 512) != Status::ok)
        __builtin_trap();
    return plaintext;
}

void open_sealed(ByteView plaintext) {
    const SecretBytes padded = hazmat::pad(plaintext, 512).value();
    const auto box = hazmat::seal_box(zero_key().secret(), zero_context(), padded.expose()).value();
    std::vector<std::uint8_t> bytes{'B', 'Y', 'K', 'M', 1, 0};
    bytes.resize(kPrefixBytes);
    bytes.insert(bytes.end(), box.begin(), box.end());

    const auto manifest = open_manifest(zero_key(), VaultId{}, bytes);
    if (!manifest.ok())
        return;
    // What is accepted is exactly what would be written.
    const auto again = seal_manifest(zero_key(), VaultId{}, manifest.value()).value();
    const SecretBytes rewritten = plaintext_of(again);
    if (!std::equal(plaintext.begin(), plaintext.end(), rewritten.expose().begin(), rewritten.expose().end()))
        __builtin_trap();
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes(data, size);
    static_cast<void>(manifest_facts(bytes));
    if (open_manifest(zero_key(), VaultId{}, bytes).ok())
        __builtin_trap(); // a forged box opened
    open_sealed(bytes);
    return 0;
}
