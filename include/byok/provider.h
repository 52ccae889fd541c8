/// The catalogue of providers: data, one row each, so that a provider's change is a data change.
/// Sources: each provider's public API documentation (docs/providers.md).
#pragma once

#include "byok/verdict.h"

#include <cstddef>
#include <cstdint>
#include <limits>
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

/// What follows a key's prefix.
enum class KeyAlphabet : std::uint8_t {
    token,        ///< A-Z a-z 0-9 - _ .
    alphanumeric, ///< A-Z a-z 0-9
    hex,          ///< 0-9 a-f
};

/// One shape a provider's keys are known to have. A hint, never a condition.
struct KeyShape {
    std::string_view prefix;
    std::size_t min_tail = 1; ///< characters after the prefix
    std::size_t max_tail = std::numeric_limits<std::size_t>::max();
    KeyAlphabet alphabet = KeyAlphabet::token;
    bool for_inference = true; ///< false: an administrator's key
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

struct Provider {
    std::string_view id;        ///< "openai": lower case, what the wire and records use
    std::string_view name;      ///< "OpenAI": what people read
    std::string_view keys_page; ///< "Where to get a key?"
    std::string_view key_hint;  ///< a public example of the shape, "sk-proj-…"; may be empty
    TestRequest test;
    std::span<const KeyShape> shapes; ///< may be empty
    AnswerShape good_answer;
    std::span<const AnswerRule> rules; ///< beyond those that hold for every provider (provider_answer.h)
    ChatEndpoint chat;
    TranscribeEndpoint transcribe;
};

/// "openai", "openai_compatible" ...: the name on the platform's side.
std::string_view dialect_name(Dialect dialect) noexcept;

/// All providers in the order of the panel: gemini, openai, anthropic, then the others.
std::span<const Provider> providers() noexcept;
/// The row of an id, compared exactly; null where there is none.
const Provider* find_provider(std::string_view id) noexcept;

/// How many of the catalogue's first rows are shown before "More providers".
inline constexpr std::size_t kFeaturedProviders = 3;

} // namespace byok
