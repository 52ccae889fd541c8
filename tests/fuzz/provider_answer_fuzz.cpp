/// Any bytes of any provider with any status give a verdict, and none is valid without the provider's own
/// JSON.
///
/// Input: u8 provider, u16 status (little endian), u8 flags (1: cut; 2: the key looks like another
/// provider's), body.
#include "byok/provider_answer.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kHead = 4;
    if (size < kHead)
        return 0;
    const auto all = byok::providers();
    const std::size_t index = data[0] % all.size();
    const auto status = static_cast<std::uint16_t>(data[1] | data[2] << 8);
    const bool truncated = (data[3] & 1) != 0;
    const byok::ShapeHint shape{(data[3] & 2) != 0 ? &all[(index + 1) % all.size()] : nullptr, false};

    const byok::Verdict verdict =
        byok::read_answer(all[index], {status, {data + kHead, size - kHead}, truncated}, shape);
    if (static_cast<std::uint8_t>(verdict) >= byok::kVerdictCount)
        __builtin_trap();
    if (verdict == byok::Verdict::untested)
        __builtin_trap();
    if (verdict == byok::Verdict::valid && (status != 200 || truncated))
        __builtin_trap();
    if (verdict == byok::Verdict::wrong_provider && shape.looks_like == nullptr)
        __builtin_trap();
    if (verdict == byok::Verdict::invalid && (truncated || status >= 500))
        __builtin_trap();
    return 0;
}
