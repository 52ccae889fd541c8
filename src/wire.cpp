#include "wire.h"

#include <algorithm>

namespace byok::wire {

ByteView Reader::bytes(std::size_t count) noexcept {
    if (failed_ || count > rest_.size()) {
        failed_ = true;
        rest_ = {};
        return {};
    }
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
}

std::string_view Reader::text(std::size_t count) noexcept {
    const ByteView taken = bytes(count);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
}

void Writer::bytes(ByteView in) noexcept {
    if (in.size() > rest_.size())
        __builtin_trap();
    std::copy(in.begin(), in.end(), rest_.begin());
    rest_ = rest_.subspan(in.size());
}

void Writer::text(std::string_view in) noexcept {
    bytes({reinterpret_cast<const std::uint8_t*>(in.data()), in.size()});
}

void write_preamble(Writer& out, std::string_view magic) noexcept {
    out.text(magic);
    out.u16(kFormatVersion);
}

Result<std::uint16_t> read_preamble(Reader& in, std::string_view magic, Status damaged) noexcept {
    if (in.text(kMagicBytes) != magic)
        return damaged;
    const std::uint16_t version = in.u16();
    if (in.failed() || version == 0)
        return damaged;
    return version;
}

} // namespace byok::wire
