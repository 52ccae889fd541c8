#include "byok/key_shape.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

#include <string>

namespace byok {
namespace {

std::string looks_like(const std::string& key) {
    const ShapeHint hint = read_shape(testing::view(key));
    if (hint.looks_like == nullptr)
        return "nothing known";
    return std::string(hint.looks_like->id) + (hint.not_for_inference ? ", not for inference" : "");
}

std::string tail(std::size_t length) {
    return std::string(length, 'a');
}

} // namespace

TEST_CASE("E12: a pasted key is recognised by its shape") {
    CHECK(looks_like("AIza" + tail(35)) == "gemini");
    CHECK(looks_like("AQ." + tail(50)) == "gemini");
    CHECK(looks_like("sk-proj-" + tail(48)) == "openai");
    CHECK(looks_like("sk-svcacct-" + tail(48)) == "openai");
    CHECK(looks_like("sk-" + std::string(48, 'T')) == "openai");
    CHECK(looks_like("sk-ant-api03-" + tail(95)) == "anthropic");
    CHECK(looks_like("gsk_" + tail(52)) == "groq");
    CHECK(looks_like("xai-" + tail(80)) == "xai");
    CHECK(looks_like("sk-" + tail(32)) == "deepseek");
    CHECK(looks_like("sk-or-v1-" + tail(64)) == "openrouter");
    CHECK(looks_like(tail(40)) == "cohere");
    CHECK(looks_like("fw_" + tail(24)) == "fireworks");
    CHECK(looks_like("pplx-" + tail(48)) == "perplexity");
}

TEST_CASE("E12: an administrator's key is told apart") {
    CHECK(looks_like("sk-admin-" + tail(48)) == "openai, not for inference");
    CHECK(looks_like("sk-ant-admin01-" + tail(95)) == "anthropic, not for inference");
}

TEST_CASE("E12: what has no known shape has no hint") {
    for (const std::string& key :
         {std::string(), std::string("sk-"), tail(32), tail(41), tail(39) + "-", "AIza" + tail(3) + " x",
          std::string("SK-PROJ-") + tail(40), std::string(40, '\xFF'), "sk-" + tail(10)}) {
        CAPTURE(key);
        CHECK(looks_like(key) == "nothing known");
    }
}

TEST_CASE("keys of the sandbox are shaped like their providers'") {
    CHECK(looks_like("sk-proj-anything-valid") == "openai");
    CHECK(looks_like("AIzaAnything-invalid") == "gemini");
    CHECK(looks_like("sk-ant-api03-anything-no_credit") == "anthropic");
}

} // namespace byok
