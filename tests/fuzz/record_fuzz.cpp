/// Any bytes as a stored record; and any bytes as the meta of a record whose box opens, which no fuzzer could
/// seal.
#include "byok/record.h"
#include "hazmat/box.h"
#include "hazmat/padding.h"

#include <algorithm>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace byok;

constexpr std::size_t kPrefixBytes = 22;

VaultKey zero_key() {
    return VaultKey(SecretBytes::make(kKeyBytes).value());
}

void append_box(std::vector<std::uint8_t>& out, const std::vector<std::uint8_t>& box) {
    for (std::size_t i = 0; i < 4; ++i)
        out.push_back(static_cast<std::uint8_t>(box.size() >> (8 * i)));
    out.insert(out.end(), box.begin(), box.end());
}

void open_stored(ByteView bytes) {
    const auto id = record_id_of(bytes);
    const Record record{id.ok() ? id.value() : RecordId{}, {bytes.begin(), bytes.end()}};
    if (open_meta(zero_key(), VaultId{}, record).ok() ||
        open_key(zero_key(), VaultId{}, record, providers().front()).ok())
        __builtin_trap(); // a forged box opened
}

void open_sealed_meta(ByteView json) {
    hazmat::Context context(kFormatVersion, "record-meta");
    context.add(VaultId{}).add(RecordId{});
    const SecretBytes padded = hazmat::pad(json, 512).value();
    const auto box = hazmat::seal_box(zero_key().secret(), context, padded.expose()).value();
    std::vector<std::uint8_t> bytes{'B', 'Y', 'K', 'R', 1, 0};
    bytes.resize(kPrefixBytes);
    append_box(bytes, box);
    append_box(bytes, {});

    const auto meta = open_meta(zero_key(), VaultId{}, {RecordId{}, bytes});
    if (!meta.ok())
        return;
    // What is accepted can be written, and is read as the same.
    constexpr std::array<std::uint8_t, 1> kKey{'k'};
    const Record again = seal_record(zero_key(), VaultId{}, RecordId{}, meta.value(), kKey).value();
    const RecordMeta read = open_meta(zero_key(), VaultId{}, again).value();
    if (read.label != meta.value().label || read.provider != meta.value().provider ||
        read.verdict != meta.value().verdict)
        __builtin_trap();
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    open_stored({data, size});
    open_sealed_meta({data, size});
    return 0;
}
