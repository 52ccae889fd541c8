/// Any bytes as a sealed key; and any bytes as the plaintext of one, which a stranger can seal: the public
/// key is public.
#include "byok/key_text.h"
#include "byok/sealed_key.h"
#include "hazmat/padding.h"
#include "hazmat/sealed_box.h"

#include <algorithm>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace byok;

constexpr std::string_view kHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr WallMs kNow{1'000'000};

const PlatformSecret& platform() {
    static const PlatformSecret secret =
        PlatformSecret::parse({reinterpret_cast<const std::uint8_t*>(kHex.data()), kHex.size()}).value();
    return secret;
}

Result<OpenedKey> open(ByteView sealed) {
    return open_sealed_key({&platform(), 1}, sealed, {"u", find_provider("openai"), Purpose::job, kNow});
}

void open_any(ByteView bytes) {
    if (open(bytes).ok())
        __builtin_trap(); // a forged box opened
}

void open_sealed_plaintext(ByteView plaintext) {
    const SecretBytes padded = hazmat::pad(plaintext, 256).value();
    const auto box = hazmat::seal_to(platform().public_key(), padded.expose()).value();
    std::vector<std::uint8_t> sealed{1};
    sealed.insert(sealed.end(), platform().key_id().begin(), platform().key_id().end());
    sealed.insert(sealed.end(), box.begin(), box.end());
    const Result<OpenedKey> opened = open(sealed);
    if (!opened.ok())
        return;
    // What is handed to a provider's request is one clean token.
    const ByteView key = opened.value().key.expose();
    const bool clean =
        std::all_of(key.begin(), key.end(), [](std::uint8_t byte) { return byte > 0x20 && byte < 0x7F; });
    if (key.empty() || key.size() > kMaxKeyBytes || !clean)
        __builtin_trap();
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    open_any({data, size});
    open_sealed_plaintext({data, size});
    return 0;
}
