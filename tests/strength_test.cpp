#include "byok/strength.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <string>

namespace byok {
namespace {

using testing::view;

const CommonPasswords& common() {
    static const testing::Bytes kFile = testing::read_file("web/assets/common-passwords.bin");
    static const CommonPasswords kSet = CommonPasswords::load(kFile).value();
    return kSet;
}

Strength strength_of(const std::string& password) {
    return estimate_strength(view(password), common());
}
Status refusal_of(const std::string& password) {
    return strength_of(password).refusal;
}
StrengthScore score_of(const std::string& password) {
    const Strength strength = strength_of(password);
    CHECK(strength.refusal == Status::ok);
    return strength.score;
}

} // namespace

TEST_CASE("a password has at least eight code points, whatever their bytes") {
    CHECK(refusal_of("") == Status::password_too_short);
    CHECK(refusal_of("xK7#qp2") == Status::password_too_short);
    CHECK(refusal_of("xK7#qp2L") == Status::ok);
    CHECK(refusal_of("éàüößñç") == Status::password_too_short); // 7 code points, 14 bytes
    CHECK(strength_of("éàüößñçø").code_points == 8);
    CHECK(refusal_of("éàüößñçø") == Status::ok);
    CHECK(refusal_of("😀🐎🔋📎🌵🎻🧊🥨") == Status::ok);
}

TEST_CASE("a password has at most 1024 bytes") {
    std::string longest;
    while (longest.size() < 1024)
        longest += static_cast<char>('!' + (longest.size() * longest.size() + longest.size() / 7) % 90);
    CHECK(refusal_of(longest) == Status::ok);
    CHECK(refusal_of(longest + "x") == Status::password_too_long);
    CHECK(refusal_of(std::string(10'000'000, 'x')) == Status::password_too_long);
}

TEST_CASE("E27: a password is well-formed UTF-8, and its blanks count") {
    for (const char* bad : {"xK7#qp2L\xFF", "xK7#qp2L\xC0\x80", "xK7#qp2L\xED\xA0\x80", "xK7#qp2L\xE2\x82",
                            "xK7#qp2L\xF4\x90\x80\x80"}) {
        CAPTURE(testing::to_hex(view(bad)));
        CHECK(refusal_of(bad) == Status::password_not_utf8);
    }
    CHECK(strength_of("  xK7#qp2 ").code_points == 10);
    CHECK(strength_of(std::string("xK7#\0qp2L", 9)).refusal == Status::ok);
}

TEST_CASE("common passwords are refused in any letter case") {
    for (const char* password :
         {"password", "PassWord", "12345678", "qwertyuiop", "1qaz2wsx", "iloveyou", "TRUSTNO1"}) {
        CAPTURE(password);
        CHECK(refusal_of(password) == Status::password_common);
        CHECK(strength_of(password).score == StrengthScore::very_weak);
    }
}

TEST_CASE("what is as easy to guess as the commonest is refused, in the set or not") {
    for (const char* password :
         {"aaaaaaaaaaaaaaaaaaaaaaa", "abcdefghijkl", "987654321098", "zzzzzzzzzz", "abcabcabcabcabc"}) {
        CAPTURE(password);
        const Strength strength = estimate_strength(view(password), CommonPasswords());
        CHECK(strength.score == StrengthScore::very_weak);
    }
    CHECK(estimate_strength(view("aaaaaaaaaaaaaaaaaaaaaaa"), CommonPasswords()).refusal ==
          Status::password_common);
    CHECK(estimate_strength(view("abcdefghijkl"), CommonPasswords()).refusal == Status::password_common);
    CHECK(estimate_strength(view("qwertyuiop"), CommonPasswords()).refusal == Status::password_common);
}

TEST_CASE("decorating a common password makes it little better") {
    for (const char* password : {"password1!", "P@ssw0rd!", "Sunshine2024", "1L0veY0u!!", "baseball99"}) {
        CAPTURE(password);
        CHECK(strength_of(password).score == StrengthScore::very_weak);
    }
}

TEST_CASE("repeating a password makes it little better") {
    const Strength once = strength_of("kM4$vT9!");
    const Strength thrice = strength_of("kM4$vT9!kM4$vT9!kM4$vT9!");
    CHECK(thrice.guesses_log2 <= once.guesses_log2 + 2);
}

TEST_CASE("longer and less regular is stronger") {
    CHECK(score_of("jonathan1987") == StrengthScore::very_weak);
    CHECK(score_of("xK7#qp2L") >= StrengthScore::fair);
    CHECK(score_of("mR8!vQ2@zL5#") == StrengthScore::strong);
    CHECK(score_of("violet kettle marathon upstairs") >= StrengthScore::good);
    CHECK(score_of("83920174") == StrengthScore::very_weak);
    CHECK(strength_of("xK7#qp2Lw").guesses_log2 > strength_of("xK7#qp2L").guesses_log2);
    CHECK(strength_of("4820571936").guesses_log2 < strength_of("xK7#qp2Lw9").guesses_log2);
}

TEST_CASE("the score is the step its bits are on") {
    for (const char* password :
         {"83920174", "jonathan1987", "xK7#qp2L", "violet kettle", "mR8!vQ2@z", "mR8!vQ2@zL5#"}) {
        const Strength strength = strength_of(password);
        CAPTURE(password, strength.guesses_log2);
        const int steps = (strength.guesses_log2 >= 28) + (strength.guesses_log2 >= 40) +
                          (strength.guesses_log2 >= 52) + (strength.guesses_log2 >= 64);
        CHECK(static_cast<int>(strength.score) == steps);
    }
}

TEST_CASE("any bytes have an estimate") {
    std::uint32_t state = 1;
    for (int round = 0; round < 5000; ++round) {
        std::string bytes;
        for (int i = 0; i < round % 64; ++i) {
            state = state * 1664525 + 1013904223;
            bytes += static_cast<char>(state >> 24);
        }
        const Strength strength = estimate_strength(view(bytes), CommonPasswords());
        CHECK(static_cast<int>(strength.score) <= 4);
    }
}

} // namespace byok
