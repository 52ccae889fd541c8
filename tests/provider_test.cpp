#include "byok/provider_calls.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace byok {
namespace {

/// "api.openai.com" of "https://api.openai.com/v1/models"; empty for anything but HTTPS.
std::string_view host_of(std::string_view url) {
    constexpr std::string_view scheme = "https://";
    if (url.substr(0, scheme.size()) != scheme)
        return {};
    url.remove_prefix(scheme.size());
    return url.substr(0, url.find('/'));
}

} // namespace

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
        CHECK(calls_of(provider).test.url.substr(0, 8) == "https://");
        CHECK((calls_of(provider).test.method == "GET" || calls_of(provider).test.method == "POST"));
        CHECK_FALSE(calls_of(provider).good_answer.member.empty());
        CHECK_FALSE(calls_of(provider).rules.empty());
    }
    CHECK(ids.size() == providers().size());
}

TEST_CASE("each test call carries the key in exactly one header and never in the URL") {
    for (const Provider& provider : providers()) {
        CAPTURE(std::string(provider.id));
        int carriers = 0;
        for (const RequestHeader& header : calls_of(provider).test.headers)
            carriers += header.carries_key ? 1 : 0;
        CHECK(carriers == 1);
        CHECK(calls_of(provider).test.url.find('?') == std::string_view::npos);
    }
}

TEST_CASE("a job goes to the host that the key is tested at, and to no other") {
    for (const Provider& provider : providers()) {
        CAPTURE(std::string(provider.id));
        // Cohere documents its OpenAI-compatible endpoint under the other one of its two names.
        const std::string_view host = provider.id == "cohere" ? std::string_view("api.cohere.ai")
                                                              : host_of(calls_of(provider).test.url);
        REQUIRE_FALSE(host.empty());
        CHECK(host_of(calls_of(provider).chat.url) == host);
        CHECK(calls_of(provider).chat.url.find_first_of("?#@") == std::string_view::npos);
        CHECK_FALSE(calls_of(provider).chat.model.empty());
        CHECK(
            dialect_name(calls_of(provider).chat.dialect).find_first_not_of("abcdefghijklmnopqrstuvwxyz_") ==
            std::string_view::npos);
        if (!calls_of(provider).transcribe.url.empty()) {
            CHECK(host_of(calls_of(provider).transcribe.url) == host);
            CHECK_FALSE(calls_of(provider).transcribe.model.empty());
        }
    }
    CHECK(calls_of(*find_provider("openai")).chat.dialect == Dialect::openai);
    CHECK(calls_of(*find_provider("anthropic")).chat.dialect == Dialect::anthropic);
    CHECK(calls_of(*find_provider("gemini")).chat.dialect == Dialect::gemini);
    CHECK(calls_of(*find_provider("mistral")).chat.dialect == Dialect::openai_compatible);
    CHECK_FALSE(calls_of(*find_provider("openai")).transcribe.url.empty());
}

} // namespace byok
