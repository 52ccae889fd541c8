#include "byok/catalogue_json.h"
#include "json.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace byok {

TEST_CASE("the catalogue as JSON has every provider in the panel's order") {
    const Result<Json> catalogue = parse_json(testing::view(catalogue_json()));
    REQUIRE(catalogue.ok());
    REQUIRE(catalogue.value().size() == providers().size());
    std::size_t index = 0;
    for (const Json& row : catalogue.value()) {
        const Provider& provider = providers()[index];
        JsonFields fields(row);
        CHECK(fields.text("id", {1, 32}) == provider.id);
        CHECK(fields.text("name", {1, 64}) == provider.name);
        CHECK(fields.text("keysPage", {9, 200}) == provider.keys_page);
        CHECK(fields.text("keyHint", {0, 32}) == provider.key_hint);
        CHECK(fields.flag("featured") == (index < kFeaturedProviders));
        CHECK(fields.finish() == Status::ok);
        ++index;
    }
}

TEST_CASE("a provider's requests as JSON say where the key goes and hold none") {
    // With the names sorted, as whoever reads it does not care for their order.
    const auto request_of = [](std::string_view provider) {
        return nlohmann::json::parse(test_request_json(*find_provider(provider))).dump();
    };
    CHECK(request_of("anthropic") ==
          R"({"chat":{"dialect":"anthropic","model":"claude-haiku-4-5",)"
          R"("url":"https://api.anthropic.com/v1/messages"},)"
          R"("headers":[{"carriesKey":true,"name":"x-api-key","value":""},)"
          R"({"carriesKey":false,"name":"anthropic-version","value":"2023-06-01"},)"
          R"({"carriesKey":false,"name":"accept","value":"application/json"}],)"
          R"("method":"GET","transcribe":null,"url":"https://api.anthropic.com/v1/models"})");
    CHECK(request_of("openai") ==
          R"({"chat":{"dialect":"openai","model":"gpt-4.1-mini",)"
          R"("url":"https://api.openai.com/v1/chat/completions"},)"
          R"("headers":[{"carriesKey":true,"name":"authorization","value":"Bearer "},)"
          R"({"carriesKey":false,"name":"accept","value":"application/json"}],"method":"GET",)"
          R"("transcribe":{"model":"whisper-1","url":"https://api.openai.com/v1/audio/transcriptions"},)"
          R"("url":"https://api.openai.com/v1/models"})");
    CHECK(request_of("cohere") ==
          R"({"chat":{"dialect":"openai_compatible","model":"command-a-03-2025",)"
          R"("url":"https://api.cohere.ai/compatibility/v1/chat/completions"},)"
          R"("headers":[{"carriesKey":true,"name":"authorization","value":"Bearer "},)"
          R"({"carriesKey":false,"name":"accept","value":"application/json"}],)"
          R"("method":"POST","transcribe":null,"url":"https://api.cohere.com/v1/check-api-key"})");
}

} // namespace byok
