#include "byok/common_passwords.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <string>

namespace byok {
namespace {

using testing::view;

const testing::Bytes& file() {
    static const testing::Bytes kFile = testing::read_file("web/assets/common-passwords.bin");
    return kFile;
}

CommonPasswords load() {
    const Result<CommonPasswords> set = CommonPasswords::load(file());
    REQUIRE(set.ok());
    return set.value();
}

} // namespace

TEST_CASE("the fingerprint is the one of the tool that makes the file") {
    CHECK(password_fingerprint({}) == 0xefd01f60ba992926U);
    CHECK(password_fingerprint(view("password")) == 0x67113fc35f8ae37cU);
    CHECK(password_fingerprint(view("пароль")) == 0x5d798a721b8caec8U);
}

TEST_CASE("the set holds more than 10,000 common passwords in 20 KB") {
    CHECK(file().size() <= 20'000);
    CHECK(load().size() > 10'000);
}

TEST_CASE("common passwords are found") {
    const CommonPasswords set = load();
    for (const char* password :
         {"password", "12345678", "123456789", "baseball", "qwertyuiop", "1qaz2wsx", "iloveyou", "trustno1",
          "sunshine", "princess", "starwars", "football", "superman", "password1"}) {
        CAPTURE(password);
        CHECK(set.contains(view(password)));
    }
    CHECK_FALSE(set.contains(view("PASSWORD"))); // the caller makes it lower case
    CHECK_FALSE(set.contains(view("")));
}

TEST_CASE("about 1 in 10,000 other passwords is taken for a common one") {
    const CommonPasswords set = load();
    int taken = 0;
    for (int i = 0; i < 5000; ++i) {
        taken += set.contains(view("another password " + std::to_string(i))) ? 1 : 0;
    }
    CHECK(taken <= 5); // 0.5 are to be expected; more than 5 by chance once in 70,000 sets
}

TEST_CASE("the empty set contains nothing") {
    CHECK_FALSE(CommonPasswords().contains(view("password")));
    const Result<CommonPasswords> empty = CommonPasswords::load({});
    REQUIRE(empty.ok());
    CHECK_FALSE(empty.value().contains(view("password")));
}

TEST_CASE("a damaged file is refused, whichever byte it is") {
    for (std::size_t i = 0; i < file().size(); i += i < 64 ? 1 : 97) {
        testing::Bytes bad = file();
        bad[i] ^= 0x10;
        CAPTURE(i);
        CHECK(CommonPasswords::load(bad).status() == Status::bad_argument);
    }
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{23}, std::size_t{24}, std::size_t{25}, file().size() - 1}) {
        CHECK(CommonPasswords::load(ByteView(file()).first(size)).status() == Status::bad_argument);
    }
    testing::Bytes longer = file();
    longer.push_back(0);
    CHECK(CommonPasswords::load(longer).status() == Status::bad_argument);
}

TEST_CASE("a file with a fitting checksum but impossible contents is refused") {
    const auto with_checksum = [](const std::string& hex_counts, const std::string& hex_bits) {
        const testing::Bytes rest = testing::from_hex(hex_counts + hex_bits);
        testing::Bytes made = testing::from_hex("42505731");
        const std::uint64_t sum = password_fingerprint(rest);
        for (int i = 0; i < 8; ++i)
            made.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
        made.insert(made.end(), rest.begin(), rest.end());
        return made;
    };
    const std::string one_of_ten = "01000000"
                                   "0a000000";
    CHECK(
        CommonPasswords::load(with_checksum(one_of_ten + "03000000", "50")).ok()); // 0 101 0000: the value 5
    CHECK_FALSE(
        CommonPasswords::load(with_checksum(one_of_ten + "03000000", "58")).ok()); // a one in the filling
    CHECK_FALSE(
        CommonPasswords::load(with_checksum(one_of_ten + "03000000", "5000")).ok()); // a byte too many
    CHECK_FALSE(CommonPasswords::load(with_checksum(one_of_ten + "03000000", "")).ok());
    CHECK_FALSE(
        CommonPasswords::load(with_checksum(one_of_ten + "03000000", "a0")).ok()); // 10: beyond the range
    CHECK_FALSE(CommonPasswords::load(with_checksum(one_of_ten + "19000000", "50")).ok());
    CHECK_FALSE(CommonPasswords::load(with_checksum("00000000"
                                                    "0a000000"
                                                    "03000000",
                                                    ""))
                    .ok());
    CHECK_FALSE(CommonPasswords::load(with_checksum("ffffffff"
                                                    "0a000000"
                                                    "03000000",
                                                    "50"))
                    .ok());
    CHECK_FALSE(CommonPasswords::load(with_checksum("01000000"
                                                    "00000000"
                                                    "03000000",
                                                    "50"))
                    .ok());
    CHECK_FALSE(CommonPasswords::load(with_checksum("01000000"
                                                    "ffffffff"
                                                    "03000000",
                                                    "50"))
                    .ok());
}

} // namespace byok
