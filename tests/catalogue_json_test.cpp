#include "byok/catalogue_json.h"
#include "json.h"
#include "support/bytes.h"

#include <catch2/catch.hpp>

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

TEST_CASE("a test request as JSON says where the key goes and holds none") {
    CHECK(test_request_json(*find_provider("anthropic")) ==
          R"({"headers":[{"carriesKey":true,"name":"x-api-key","value":""},)"
          R"({"carriesKey":false,"name":"anthropic-version","value":"2023-06-01"},)"
          R"({"carriesKey":false,"name":"accept","value":"application/json"}],)"
          R"("method":"GET","url":"https://api.anthropic.com/v1/models"})");
    CHECK(test_request_json(*find_provider("cohere")) ==
          R"({"headers":[{"carriesKey":true,"name":"authorization","value":"Bearer "},)"
          R"({"carriesKey":false,"name":"accept","value":"application/json"}],)"
          R"("method":"POST","url":"https://api.cohere.com/v1/check-api-key"})");
}

} // namespace byok
