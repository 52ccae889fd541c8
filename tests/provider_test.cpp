#include "byok/provider.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace byok {

TEST_CASE("the panel's first three are Gemini, OpenAI and Anthropic") {
    REQUIRE(providers().size() == 12);
    CHECK(providers()[0].id == "gemini");
    CHECK(providers()[1].id == "openai");
    CHECK(providers()[2].id == "anthropic");
    CHECK(kFeaturedProviders == 3);
}

TEST_CASE("E29: a provider is found by its exact id and by nothing else") {
    for (const Provider& provider : providers())
        CHECK(find_provider(provider.id) == &provider);
    for (const char* id : {"", "OpenAI", "openai ", "../openai", "openai\n", "open", "openaii"})
        CHECK(find_provider(id) == nullptr);
    CHECK(find_provider(std::string_view("openai\0", 7)) == nullptr);
}

TEST_CASE("ids are plain and unique, pages and calls are HTTPS") {
    std::set<std::string_view> ids;
    for (const Provider& provider : providers()) {
        CAPTURE(std::string(provider.id));
        ids.insert(provider.id);
        CHECK(provider.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos);
        CHECK_FALSE(provider.name.empty());
        CHECK(provider.keys_page.substr(0, 8) == "https://");
        CHECK(provider.test.url.substr(0, 8) == "https://");
        CHECK((provider.test.method == "GET" || provider.test.method == "POST"));
        CHECK_FALSE(provider.good_answer.member.empty());
        CHECK_FALSE(provider.rules.empty());
    }
    CHECK(ids.size() == providers().size());
}

TEST_CASE("each test call carries the key in exactly one header and never in the URL") {
    for (const Provider& provider : providers()) {
        CAPTURE(std::string(provider.id));
        int carriers = 0;
        for (const RequestHeader& header : provider.test.headers)
            carriers += header.carries_key ? 1 : 0;
        CHECK(carriers == 1);
        CHECK(provider.test.url.find('?') == std::string_view::npos);
    }
}

} // namespace byok
