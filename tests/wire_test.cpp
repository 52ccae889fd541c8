#include "support/bytes.h"
#include "wire.h"

#include <catch2/catch.hpp>

#include <array>

using namespace byok;
using namespace byok::testing;

TEST_CASE("Numbers are written and read little-endian", "[wire]") {
    std::array<std::uint8_t, 15> bytes{};
    wire::Writer out(bytes);
    out.u8(0x01);
    out.u16(0x0203);
    out.u32(0x04050607);
    out.u64(0x08090A0B0C0D0E0FULL);
    CHECK(out.full());
    CHECK(to_hex(bytes) == "01030207060504"
                           "0f0e0d0c0b0a0908");

    wire::Reader in(bytes);
    CHECK(in.u8() == 0x01);
    CHECK(in.u16() == 0x0203);
    CHECK(in.u32() == 0x04050607);
    CHECK(in.u64() == 0x08090A0B0C0D0E0FULL);
    CHECK(in.finished());
}

TEST_CASE("A reader that ran over the end gives nothing from then on", "[wire]") {
    const Bytes bytes = from_hex("0102030405");
    wire::Reader in(bytes);
    CHECK(in.u16() == 0x0201);
    CHECK(in.u32() == 0);
    CHECK(in.failed());
    CHECK(in.u8() == 0);
    CHECK(in.bytes(1).empty());
    CHECK(in.id<RecordId>() == RecordId{});
    CHECK_FALSE(in.finished());
}

TEST_CASE("A length larger than what is left fails, even the largest there is", "[wire]") {
    const Bytes bytes = from_hex("ffffffff00");
    wire::Reader in(bytes);
    CHECK(in.bytes(in.u32()).empty());
    CHECK(in.failed());
    wire::Reader again(bytes);
    CHECK(again.bytes(SIZE_MAX).empty());
    CHECK(again.failed());
}

TEST_CASE("What is left over is noticed", "[wire]") {
    const Bytes bytes = from_hex("0102");
    wire::Reader in(bytes);
    in.u8();
    CHECK_FALSE(in.failed());
    CHECK_FALSE(in.finished());
}

TEST_CASE("A preamble is the magic and a version from 1 on", "[wire]") {
    const auto read = [](std::string_view hex) {
        const Bytes bytes = from_hex(hex);
        wire::Reader in(bytes);
        return wire::read_preamble(in, "BYKH", Status::header_damaged);
    };
    CHECK(read("42594b480100").value() == 1);
    CHECK(read("42594b48ffff").value() == 65535);
    CHECK(read("42594b480000").status() == Status::header_damaged);
    CHECK(read("42594b520100").status() == Status::header_damaged);
    CHECK(read("42594b4801").status() == Status::header_damaged);
    CHECK(read("").status() == Status::header_damaged);
}
