#include "byok/app_origin.h"
#include "byok/manifest.h"

#include <catch2/catch.hpp>

#include <string>

using namespace byok;

TEST_CASE("An app is named by an origin, as a browser writes it", "[app]") {
    for (const char* const origin :
         {"https://app.example.com", "http://localhost:8080", "https://a", "http://127.0.0.1:1",
          "https://[2001:db8::1]:8443", "http://[::1]", "https://xn--bcher-kva.example",
          "https://app.example:65535", "chrome-extension://abcdefghijklmnop", "https://app_1.example"}) {
        INFO(origin);
        CHECK(is_app_origin(origin));
    }
}

TEST_CASE("Nothing else names an app: no path, no user, no other spelling of the same one", "[app]") {
    for (const std::string origin : {"",
                                     "null",
                                     "app.example.com",
                                     "://app.example",
                                     "https:app.example",
                                     "https:/app.example",
                                     "https://",
                                     "https://app.example/",
                                     "https://app.example/x",
                                     "https://app.example?x",
                                     "https://app.example#x",
                                     "https://user@app.example",
                                     "https://user:1@app.example",
                                     "https://App.example",
                                     "HTTPS://app.example",
                                     "https://b\xC3\xBC"
                                     "cher.example",
                                     "https://app.example:",
                                     "https://app.example:0",
                                     "https://app.example:080",
                                     "https://app.example:65536",
                                     "https://app.example:123456",
                                     "https://app.example:8x",
                                     "https://app.example:1:2",
                                     "https://app example",
                                     "https://app\n.example",
                                     "https://app.example ",
                                     " https://app.example",
                                     "https://[::1",
                                     "https://::1]",
                                     "https://[]",
                                     "https://[::1]x",
                                     "https://[x::1]",
                                     "1http://app.example",
                                     "https,http://app.example",
                                     "https://*"}) {
        INFO(origin);
        CHECK_FALSE(is_app_origin(origin));
    }
    CHECK_FALSE(is_app_origin(std::string("https://app\0.example", 20)));
}

TEST_CASE("An origin is as long as the manifest takes, and no longer", "[app]") {
    const std::string scheme = "https://";
    CHECK(is_app_origin(scheme + std::string(kMaxOriginBytes - scheme.size(), 'a')));
    CHECK_FALSE(is_app_origin(scheme + std::string(kMaxOriginBytes + 1 - scheme.size(), 'a')));
}
