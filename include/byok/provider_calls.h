/// The other half of the catalogue: how a provider is called, and what its answers mean. The platform's.
#pragma once

#include "byok/provider.h"
#include "byok/verdict.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace byok {

/// A request header of the key test. `value` is sent as it is; where `carries_key` is set the key's bytes
/// follow it.
struct RequestHeader {
    std::string_view name;
    std::string_view value;
    bool carries_key = false;
};

/// The cheapest call that proves a key without spending tokens. Always HTTPS, never a key in the URL, no
/// body.
struct TestRequest {
    std::string_view method;
    std::string_view url;
    std::span<const RequestHeader> headers;
};

/// Whose shapes of a request and an answer a provider speaks.
enum class Dialect : std::uint8_t { openai, openai_compatible, anthropic, gemini };

/// Where a job goes, POSTed with the headers of the test request. Always HTTPS; a host that is not in the
/// catalogue is never sent a key.
struct ChatEndpoint {
    Dialect dialect = Dialect::openai_compatible;
    std::string_view url;   ///< of Gemini: what the model's name and the method follow
    std::string_view model; ///< where the job names none
};
struct TranscribeEndpoint {
    std::string_view url; ///< empty: this provider transcribes nothing
    std::string_view model;
};

/// What must hold of the answer's body for an answer rule or an expectation.
enum class BodyTest : std::uint8_t {
    object,       ///< a JSON object
    says,         ///< a string of the error part contains `what`, letter case aside
    is_true,      ///< the boolean at `what` is true
    is_false,     ///< the boolean at `what` is false
    not_positive, ///< the number at `what` is zero or less
};

/// "An answer of this status with this body means that verdict." The first rule that holds decides.
struct AnswerRule {
    std::uint16_t status = 0;
    BodyTest test = BodyTest::object;
    std::string_view what; ///< words for `says`, else a path of member names joined by dots
    Verdict verdict = Verdict::unknown;
};

/// How a 200 of the test call is known to come from the provider, and not from a captive portal.
enum class BodyMember : std::uint8_t { array, object, text, flag };
struct AnswerShape {
    std::string_view member; ///< a member of the body
    BodyMember type = BodyMember::array;
    bool bare_array_too = false; ///< the body itself may be the array
};

struct ProviderCalls {
    TestRequest test;
    AnswerShape good_answer;
    std::span<const AnswerRule> rules; ///< beyond those that hold for every provider (provider_answer.h)
    ChatEndpoint chat;
    TranscribeEndpoint transcribe;
};

/// "openai", "openai_compatible" ...: the name on the platform's side.
std::string_view dialect_name(Dialect dialect) noexcept;

/// Of a row of the catalogue.
const ProviderCalls& calls_of(const Provider& provider) noexcept;

} // namespace byok
