#include "byok/route_json.h"

#include "byok/routing.h"
#include "json.h"
#include "json_ids.h"

#include <array>
#include <limits>
#include <utility>

namespace byok {
namespace {

// In the order of the enumerations.
constexpr std::array<std::string_view, 2> kCredentials{"user", "server"};
constexpr std::array<std::string_view, 2> kFallbacks{"server", "never"};
constexpr std::array<std::string_view, 3> kCacheResults{"hit", "miss", "unavailable"};
constexpr std::array<std::string_view, 5> kActions{"read_cache", "call_user", "call_server", "give_answer",
                                                   "refuse"};

/// The first of the list, and the document refused, for a name that is not in it.
template <typename Enum, std::size_t size>
Enum read_name(JsonFields& fields, std::string_view name, const std::array<std::string_view, size>& names) {
    const std::string_view text = fields.text(name, {1, 16});
    for (std::size_t i = 0; i < size; ++i) {
        if (names[i] == text)
            return static_cast<Enum>(i);
    }
    fields.refuse();
    return static_cast<Enum>(0);
}

Json text_json(std::string_view text) {
    return Json(std::string(text));
}

Result<Step> tell_cache(Route& route, JsonFields& fields) {
    const auto result = read_name<CacheResult>(fields, "cache", kCacheResults);
    const SealId seal_id = result == CacheResult::hit ? id_field<SealId>(fields, "sealId") : SealId{};
    BYOK_CHECK(fields.finish());
    return route.cache_read(result, seal_id);
}

Result<Step> tell_answer(Route& route, JsonFields& fields) {
    const auto verdict = verdict_from_name(fields.text("verdict", {1, 32}));
    JobAnswer answer;
    answer.streamed = fields.flag("streamed");
    const auto retry_after =
        fields.optional_number("retryAfter", {0, std::numeric_limits<std::uint32_t>::max()});
    if (retry_after)
        answer.retry_after_s = static_cast<std::uint32_t>(*retry_after);
    BYOK_CHECK(fields.finish());
    if (!verdict)
        return Status::json_refused;
    answer.verdict = *verdict;
    return route.answered(answer);
}

Json to_json(const Receipt& receipt) {
    return Json{{"credential", text_json(credential_name(receipt.credential))},
                {"reason", text_json(route_reason_name(receipt.reason))},
                {"attempts", receipt.attempts},
                {"sealId", receipt.seal_id == SealId{} ? Json(nullptr) : hex_json(receipt.seal_id.bytes)}};
}

} // namespace

Result<std::string> route_json(ByteView json) {
    BYOK_TRY(document, parse_json(json));
    JsonFields fields(document);
    RoutePolicy policy;
    policy.credential = read_name<Credential>(fields, "credential", kCredentials);
    policy.fallback = read_name<Fallback>(fields, "fallback", kFallbacks);
    policy.has_server_key = fields.flag("serverKey");
    const Json& events = fields.array("events", kMaxRouteEvents);
    BYOK_CHECK(fields.finish());

    Route route(policy);
    Step step = route.begin();
    for (const Json& event : events) {
        JsonFields event_fields(event);
        BYOK_TRY(next, json_find(event, {"cache"}) != nullptr ? tell_cache(route, event_fields)
                                                              : tell_answer(route, event_fields));
        step = next;
    }
    return to_json_text(Json{
        {"action", text_json(kActions[static_cast<std::size_t>(step.action)])},
        {"wait", step.wait_s},
        {"refusal", step.action == Action::refuse ? text_json(status_name(step.refusal)) : Json(nullptr)},
        {"dropCached", step.drop_cached},
        {"receipt", to_json(route.receipt())}});
}

} // namespace byok
