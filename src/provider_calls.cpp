#include "byok/provider_calls.h"

#include <array>

namespace byok {
namespace {

constexpr RequestHeader kAcceptJson{"accept", "application/json"};
constexpr std::array kBearer{RequestHeader{"authorization", "Bearer ", true}, kAcceptJson};
constexpr std::array kAnthropicHeaders{RequestHeader{"x-api-key", "", true},
                                       RequestHeader{"anthropic-version", "2023-06-01"}, kAcceptJson};
// Google also takes ?key=, which every proxy and log on the way would keep.
constexpr std::array kGeminiHeaders{RequestHeader{"x-goog-api-key", "", true}, kAcceptJson};

// Rules are tried in order. What holds for every provider (5xx, 3xx, 429, the shape of a 200) is not repeated
// here.
constexpr std::array kGeminiRules{
    AnswerRule{400, BodyTest::says, "API_KEY_INVALID", Verdict::invalid},
    AnswerRule{400, BodyTest::says, "location is not supported", Verdict::wrong_region_or_ip},
    AnswerRule{403, BodyTest::says, "reported as leaked", Verdict::blocked},
    AnswerRule{403, BodyTest::says, "API_KEY_IP_ADDRESS_BLOCKED", Verdict::wrong_region_or_ip},
    AnswerRule{403, BodyTest::object, "", Verdict::restricted},
};
constexpr std::array kOpenaiRules{
    AnswerRule{401, BodyTest::says, "missing scopes", Verdict::restricted},
    AnswerRule{401, BodyTest::says, "ip not authorized", Verdict::wrong_region_or_ip},
    AnswerRule{401, BodyTest::says, "ip_not_authorized", Verdict::wrong_region_or_ip},
    AnswerRule{401, BodyTest::says, "invalid_api_key", Verdict::invalid},
    AnswerRule{403, BodyTest::says, "unsupported_country", Verdict::wrong_region_or_ip},
    AnswerRule{403, BodyTest::says, "region, or territory", Verdict::wrong_region_or_ip},
    AnswerRule{403, BodyTest::object, "", Verdict::restricted},
    AnswerRule{429, BodyTest::says, "insufficient_quota", Verdict::no_credit},
};
constexpr std::array kAnthropicRules{
    AnswerRule{400, BodyTest::says, "credit", Verdict::no_credit},
    AnswerRule{400, BodyTest::says, "spend limit", Verdict::no_credit},
    AnswerRule{401, BodyTest::object, "", Verdict::invalid},
    AnswerRule{402, BodyTest::object, "", Verdict::no_credit},
    AnswerRule{403, BodyTest::object, "", Verdict::restricted},
};
constexpr std::array kMistralRules{
    AnswerRule{401, BodyTest::object, "", Verdict::invalid},
    AnswerRule{402, BodyTest::object, "", Verdict::no_credit},
};
constexpr std::array kGroqRules{
    AnswerRule{401, BodyTest::object, "", Verdict::invalid},
    AnswerRule{403, BodyTest::object, "", Verdict::restricted},
};
// A 400 is a bad key only where it says so: the same status answers a malformed request.
constexpr std::array kXaiRules{
    AnswerRule{200, BodyTest::is_true, "api_key_blocked", Verdict::blocked},
    AnswerRule{200, BodyTest::is_true, "api_key_disabled", Verdict::blocked},
    AnswerRule{200, BodyTest::is_true, "team_blocked", Verdict::blocked},
    AnswerRule{400, BodyTest::says, "api key", Verdict::invalid},
    AnswerRule{401, BodyTest::object, "", Verdict::invalid},
};
constexpr std::array kDeepseekRules{
    AnswerRule{200, BodyTest::is_false, "is_available", Verdict::no_credit},
    AnswerRule{401, BodyTest::object, "", Verdict::invalid},
    AnswerRule{402, BodyTest::object, "", Verdict::no_credit},
};
// limit_remaining is null where the key has no limit.
constexpr std::array kOpenrouterRules{
    AnswerRule{200, BodyTest::not_positive, "data.limit_remaining", Verdict::no_credit},
    AnswerRule{401, BodyTest::object, "", Verdict::invalid},
    AnswerRule{402, BodyTest::object, "", Verdict::no_credit},
};
constexpr std::array kCohereRules{
    AnswerRule{200, BodyTest::is_false, "valid", Verdict::invalid},
    AnswerRule{401, BodyTest::object, "", Verdict::invalid},
};
constexpr std::array kTogetherRules{
    AnswerRule{401, BodyTest::object, "", Verdict::invalid},
    AnswerRule{402, BodyTest::object, "", Verdict::no_credit},
};
constexpr std::array kOnlyInvalidRules{AnswerRule{401, BodyTest::object, "", Verdict::invalid}};

struct Row {
    std::string_view id;
    ProviderCalls calls;
};

constexpr std::array kRows{
    Row{"gemini",
        {{"GET", "https://generativelanguage.googleapis.com/v1beta/models", kGeminiHeaders},
         {"models"},
         kGeminiRules,
         {Dialect::gemini, "https://generativelanguage.googleapis.com/v1beta/models/", "gemini-2.5-flash"},
         {}}},
    Row{"openai",
        {{"GET", "https://api.openai.com/v1/models", kBearer},
         {"data"},
         kOpenaiRules,
         {Dialect::openai, "https://api.openai.com/v1/chat/completions", "gpt-4.1-mini"},
         {"https://api.openai.com/v1/audio/transcriptions", "whisper-1"}}},
    Row{"anthropic",
        {{"GET", "https://api.anthropic.com/v1/models", kAnthropicHeaders},
         {"data"},
         kAnthropicRules,
         {Dialect::anthropic, "https://api.anthropic.com/v1/messages", "claude-haiku-4-5"},
         {}}},
    Row{"mistral",
        {{"GET", "https://api.mistral.ai/v1/models", kBearer},
         {"data"},
         kMistralRules,
         {Dialect::openai_compatible, "https://api.mistral.ai/v1/chat/completions", "mistral-small-latest"},
         {}}},
    Row{"groq",
        {{"GET", "https://api.groq.com/openai/v1/models", kBearer},
         {"data"},
         kGroqRules,
         {Dialect::openai_compatible, "https://api.groq.com/openai/v1/chat/completions",
          "llama-3.1-8b-instant"},
         {}}},
    Row{"xai",
        {{"GET", "https://api.x.ai/v1/api-key", kBearer},
         {"redacted_api_key", BodyMember::text},
         kXaiRules,
         {Dialect::openai_compatible, "https://api.x.ai/v1/chat/completions", "grok-3-mini"},
         {}}},
    Row{"deepseek",
        {{"GET", "https://api.deepseek.com/user/balance", kBearer},
         {"is_available", BodyMember::flag},
         kDeepseekRules,
         {Dialect::openai_compatible, "https://api.deepseek.com/chat/completions", "deepseek-chat"},
         {}}},
    // Its /models is public and proves nothing about a key.
    Row{"openrouter",
        {{"GET", "https://openrouter.ai/api/v1/key", kBearer},
         {"data", BodyMember::object},
         kOpenrouterRules,
         {Dialect::openai_compatible, "https://openrouter.ai/api/v1/chat/completions", "openrouter/auto"},
         {}}},
    Row{"cohere",
        {{"POST", "https://api.cohere.com/v1/check-api-key", kBearer},
         {"valid", BodyMember::flag},
         kCohereRules,
         {Dialect::openai_compatible, "https://api.cohere.ai/compatibility/v1/chat/completions",
          "command-a-03-2025"},
         {}}},
    Row{"together",
        {{"GET", "https://api.together.xyz/v1/models", kBearer},
         {"data", BodyMember::array, true},
         kTogetherRules,
         {Dialect::openai_compatible, "https://api.together.xyz/v1/chat/completions",
          "meta-llama/Llama-3.3-70B-Instruct-Turbo"},
         {}}},
    Row{"fireworks",
        {{"GET", "https://api.fireworks.ai/inference/v1/models", kBearer},
         {"data"},
         kOnlyInvalidRules,
         {Dialect::openai_compatible, "https://api.fireworks.ai/inference/v1/chat/completions",
          "accounts/fireworks/models/llama-v3p3-70b-instruct"},
         {}}},
    Row{"perplexity",
        {{"GET", "https://api.perplexity.ai/router/v1/models", kBearer},
         {"data"},
         kOnlyInvalidRules,
         {Dialect::openai_compatible, "https://api.perplexity.ai/chat/completions", "sonar"},
         {}}},
};

} // namespace

std::string_view dialect_name(Dialect dialect) noexcept {
    switch (dialect) {
    case Dialect::openai:
        return "openai";
    case Dialect::openai_compatible:
        break;
    case Dialect::anthropic:
        return "anthropic";
    case Dialect::gemini:
        return "gemini";
    }
    return "openai_compatible";
}

const ProviderCalls& calls_of(const Provider& provider) noexcept {
    for (const Row& row : kRows) {
        if (row.id == provider.id)
            return row.calls;
    }
    __builtin_trap(); // not of the catalogue
}

} // namespace byok
