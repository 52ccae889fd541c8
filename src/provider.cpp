#include "byok/provider.h"

#include <array>

namespace byok {
namespace {

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

constexpr std::array kProviders{
    Provider{"gemini", "Gemini", "https://aistudio.google.com/apikey", "AIza…", kGeminiShapes},
    Provider{"openai", "OpenAI", "https://platform.openai.com/api-keys", "sk-proj-…", kOpenaiShapes},
    Provider{"anthropic", "Anthropic", "https://console.anthropic.com/settings/keys", "sk-ant-api03-…",
             kAnthropicShapes},
    Provider{"mistral", "Mistral", "https://console.mistral.ai/api-keys", "", {}},
    Provider{"groq", "Groq", "https://console.groq.com/keys", "gsk_…", kGroqShapes},
    Provider{"xai", "xAI", "https://console.x.ai/", "xai-…", kXaiShapes},
    Provider{"deepseek", "DeepSeek", "https://platform.deepseek.com/api_keys", "sk-…", kDeepseekShapes},
    Provider{"openrouter", "OpenRouter", "https://openrouter.ai/settings/keys", "sk-or-v1-…",
             kOpenrouterShapes},
    Provider{"cohere", "Cohere", "https://dashboard.cohere.com/api-keys", "", kCohereShapes},
    Provider{"together", "Together AI", "https://api.together.ai/settings/api-keys", "", {}},
    Provider{"fireworks", "Fireworks AI", "https://app.fireworks.ai/settings/users/api-keys", "fw_…",
             kFireworksShapes},
    Provider{"perplexity", "Perplexity", "https://www.perplexity.ai/account/api/keys", "pplx-…",
             kPerplexityShapes},
};

} // namespace

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
