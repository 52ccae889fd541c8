#include "byok/provider.h"

#include <array>

namespace byok {
namespace {

constexpr RequestHeader kAcceptJson{"accept", "application/json"};
constexpr std::array kBearer{RequestHeader{"authorization", "Bearer ", true}, kAcceptJson};
constexpr std::array kAnthropicHeaders{RequestHeader{"x-api-key", "", true},
                                       RequestHeader{"anthropic-version", "2023-06-01"}, kAcceptJson};
// Google also takes ?key=, which every proxy and log on the way would keep.
constexpr std::array kGeminiHeaders{RequestHeader{"x-goog-api-key", "", true}, kAcceptJson};

constexpr std::size_t kAnyLength = std::numeric_limits<std::size_t>::max();

constexpr std::array kGeminiShapes{KeyShape{"AIza"}, KeyShape{"AQ.", 16}};
// The bare prefix is the oldest form, 51 characters; shorter ones are other providers'.
constexpr std::array kOpenaiShapes{KeyShape{"sk-proj-"}, KeyShape{"sk-svcacct-"},
                                   KeyShape{"sk-admin-", 1, kAnyLength, KeyAlphabet::token, false},
                                   KeyShape{"sk-", 40}};
constexpr std::array kAnthropicShapes{KeyShape{"sk-ant-"},
                                      KeyShape{"sk-ant-admin", 1, kAnyLength, KeyAlphabet::token, false}};
constexpr std::array kGroqShapes{KeyShape{"gsk_"}};
constexpr std::array kXaiShapes{KeyShape{"xai-"}};
constexpr std::array kDeepseekShapes{KeyShape{"sk-", 32, 32, KeyAlphabet::hex}};
constexpr std::array kOpenrouterShapes{KeyShape{"sk-or-v1-"}};
constexpr std::array kCohereShapes{KeyShape{"", 40, 40, KeyAlphabet::alphanumeric}};
constexpr std::array kFireworksShapes{KeyShape{"fw_"}};
constexpr std::array kPerplexityShapes{KeyShape{"pplx-"}};

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

constexpr std::array kProviders{
    Provider{
        "gemini",
        "Gemini",
        "https://aistudio.google.com/apikey",
        "AIza…",
        {"GET", "https://generativelanguage.googleapis.com/v1beta/models", kGeminiHeaders},
        kGeminiShapes,
        {"models"},
        kGeminiRules,
        {Dialect::gemini, "https://generativelanguage.googleapis.com/v1beta/models/", "gemini-2.5-flash"},
        {}},
    Provider{"openai",
             "OpenAI",
             "https://platform.openai.com/api-keys",
             "sk-proj-…",
             {"GET", "https://api.openai.com/v1/models", kBearer},
             kOpenaiShapes,
             {"data"},
             kOpenaiRules,
             {Dialect::openai, "https://api.openai.com/v1/chat/completions", "gpt-4.1-mini"},
             {"https://api.openai.com/v1/audio/transcriptions", "whisper-1"}},
    Provider{"anthropic",
             "Anthropic",
             "https://console.anthropic.com/settings/keys",
             "sk-ant-api03-…",
             {"GET", "https://api.anthropic.com/v1/models", kAnthropicHeaders},
             kAnthropicShapes,
             {"data"},
             kAnthropicRules,
             {Dialect::anthropic, "https://api.anthropic.com/v1/messages", "claude-haiku-4-5"},
             {}},
    Provider{
        "mistral",
        "Mistral",
        "https://console.mistral.ai/api-keys",
        "",
        {"GET", "https://api.mistral.ai/v1/models", kBearer},
        {},
        {"data"},
        kMistralRules,
        {Dialect::openai_compatible, "https://api.mistral.ai/v1/chat/completions", "mistral-small-latest"},
        {}},
    Provider{"groq",
             "Groq",
             "https://console.groq.com/keys",
             "gsk_…",
             {"GET", "https://api.groq.com/openai/v1/models", kBearer},
             kGroqShapes,
             {"data"},
             kGroqRules,
             {Dialect::openai_compatible, "https://api.groq.com/openai/v1/chat/completions",
              "llama-3.1-8b-instant"},
             {}},
    Provider{"xai",
             "xAI",
             "https://console.x.ai/",
             "xai-…",
             {"GET", "https://api.x.ai/v1/api-key", kBearer},
             kXaiShapes,
             {"redacted_api_key", BodyMember::text},
             kXaiRules,
             {Dialect::openai_compatible, "https://api.x.ai/v1/chat/completions", "grok-3-mini"},
             {}},
    Provider{"deepseek",
             "DeepSeek",
             "https://platform.deepseek.com/api_keys",
             "sk-…",
             {"GET", "https://api.deepseek.com/user/balance", kBearer},
             kDeepseekShapes,
             {"is_available", BodyMember::flag},
             kDeepseekRules,
             {Dialect::openai_compatible, "https://api.deepseek.com/chat/completions", "deepseek-chat"},
             {}},
    // Its /models is public and proves nothing about a key.
    Provider{"openrouter",
             "OpenRouter",
             "https://openrouter.ai/settings/keys",
             "sk-or-v1-…",
             {"GET", "https://openrouter.ai/api/v1/key", kBearer},
             kOpenrouterShapes,
             {"data", BodyMember::object},
             kOpenrouterRules,
             {Dialect::openai_compatible, "https://openrouter.ai/api/v1/chat/completions", "openrouter/auto"},
             {}},
    Provider{"cohere",
             "Cohere",
             "https://dashboard.cohere.com/api-keys",
             "",
             {"POST", "https://api.cohere.com/v1/check-api-key", kBearer},
             kCohereShapes,
             {"valid", BodyMember::flag},
             kCohereRules,
             {Dialect::openai_compatible, "https://api.cohere.ai/compatibility/v1/chat/completions",
              "command-a-03-2025"},
             {}},
    Provider{"together",
             "Together AI",
             "https://api.together.ai/settings/api-keys",
             "",
             {"GET", "https://api.together.xyz/v1/models", kBearer},
             {},
             {"data", BodyMember::array, true},
             kTogetherRules,
             {Dialect::openai_compatible, "https://api.together.xyz/v1/chat/completions",
              "meta-llama/Llama-3.3-70B-Instruct-Turbo"},
             {}},
    Provider{"fireworks",
             "Fireworks AI",
             "https://app.fireworks.ai/settings/users/api-keys",
             "fw_…",
             {"GET", "https://api.fireworks.ai/inference/v1/models", kBearer},
             kFireworksShapes,
             {"data"},
             kOnlyInvalidRules,
             {Dialect::openai_compatible, "https://api.fireworks.ai/inference/v1/chat/completions",
              "accounts/fireworks/models/llama-v3p3-70b-instruct"},
             {}},
    Provider{"perplexity",
             "Perplexity",
             "https://www.perplexity.ai/account/api/keys",
             "pplx-…",
             {"GET", "https://api.perplexity.ai/router/v1/models", kBearer},
             kPerplexityShapes,
             {"data"},
             kOnlyInvalidRules,
             {Dialect::openai_compatible, "https://api.perplexity.ai/chat/completions", "sonar"},
             {}},
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

std::span<const Provider> providers() noexcept {
    return kProviders;
}

const Provider* find_provider(std::string_view id) noexcept {
    for (const Provider& provider : kProviders) {
        if (provider.id == id)
            return &provider;
    }
    return nullptr;
}

} // namespace byok
