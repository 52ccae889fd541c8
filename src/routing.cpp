#include "byok/routing.h"

#include <array>
#include <cstddef>

namespace byok {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kRouteReasonCount> kReasonNames{
    "as_asked",  "cache_miss",   "cache_unavailable",  "restricted",     "invalid",       "blocked",
    "no_credit", "rate_limited", "wrong_region_or_ip", "wrong_provider", "provider_down", "unreachable",
};

/// Nothing where the answer is the job's own: it served, or is about something else than the credential.
std::optional<RouteReason> reason_against_key(Verdict verdict) noexcept {
    switch (verdict) {
    case Verdict::restricted:
        return RouteReason::restricted;
    case Verdict::invalid:
        return RouteReason::invalid;
    case Verdict::blocked:
        return RouteReason::blocked;
    case Verdict::no_credit:
        return RouteReason::no_credit;
    case Verdict::rate_limited:
        return RouteReason::rate_limited;
    case Verdict::wrong_region_or_ip:
        return RouteReason::wrong_region_or_ip;
    case Verdict::wrong_provider:
        return RouteReason::wrong_provider;
    case Verdict::provider_down:
        return RouteReason::provider_down;
    case Verdict::unreachable:
        return RouteReason::unreachable;
    case Verdict::untested:
    case Verdict::valid:
    case Verdict::unknown:
        break;
    }
    return std::nullopt;
}

/// Rejected as a key: it will serve no other job either.
bool is_dead(RouteReason reason) noexcept {
    return reason == RouteReason::invalid || reason == RouteReason::blocked ||
           reason == RouteReason::wrong_provider;
}

/// How long to wait before asking again; nothing where that is no use. A limit without a time, or with one
/// that nobody will wait for, is not tried out.
std::optional<std::uint32_t> retry_wait(RouteReason reason,
                                        std::optional<std::uint32_t> retry_after_s) noexcept {
    const bool out_of_service = reason == RouteReason::provider_down || reason == RouteReason::unreachable;
    if (!out_of_service && reason != RouteReason::rate_limited)
        return std::nullopt;
    if (!retry_after_s)
        return out_of_service ? std::optional(kRetryPauseS) : std::nullopt;
    return *retry_after_s <= kMaxRetryAfterS ? retry_after_s : std::nullopt;
}

} // namespace

std::string_view credential_name(Credential credential) noexcept {
    return credential == Credential::user ? "user" : "server";
}

std::string_view route_reason_name(RouteReason reason) noexcept {
    return kReasonNames[static_cast<std::size_t>(reason)];
}

Route::Route(const RoutePolicy& policy) noexcept : policy_(policy) {
    receipt_.credential = policy.credential;
}

Step Route::begin() noexcept {
    if (await_ != Await::begin)
        return refuse(Status::bad_argument);
    if (policy_.credential == Credential::server)
        return policy_.has_server_key ? call_server() : refuse(Status::no_api_key);
    await_ = Await::cache;
    return {.action = Action::read_cache};
}

Step Route::cache_read(CacheResult result, const SealId& seal_id) noexcept {
    if (await_ != Await::cache)
        return refuse(Status::bad_argument);
    switch (result) {
    case CacheResult::hit:
        return call_user(seal_id);
    case CacheResult::miss:
        return fall_back(RouteReason::cache_miss, Status::user_key_missing);
    case CacheResult::unavailable:
        return fall_back(RouteReason::cache_unavailable, Status::cache_unavailable);
    }
    return refuse(Status::bad_argument);
}

Step Route::answered(const JobAnswer& answer) noexcept {
    if (await_ == Await::user_answer)
        return user_answered(answer);
    return await_ == Await::server_answer ? give_answer() : refuse(Status::bad_argument);
}

Step Route::user_answered(const JobAnswer& answer) noexcept {
    const std::optional<RouteReason> reason = reason_against_key(answer.verdict);
    // Half of one answer and the whole of another is no answer, and would bill twice.
    if (!reason || answer.streamed)
        return give_answer();
    const std::optional<std::uint32_t> wait = retry_wait(*reason, answer.retry_after_s);
    if (wait && !retried_) {
        retried_ = true;
        receipt_.reason = *reason;
        await_ = Await::cache;
        return {.action = Action::read_cache, .wait_s = *wait};
    }
    Step step = fall_back(*reason, Status::user_key_failed);
    step.drop_cached = is_dead(*reason);
    return step;
}

Step Route::fall_back(RouteReason reason, Status alone) noexcept {
    receipt_.reason = reason;
    if (policy_.fallback != Fallback::server)
        return refuse(alone);
    return policy_.has_server_key ? call_server() : refuse(Status::no_api_key);
}

Step Route::call_user(const SealId& seal_id) noexcept {
    await_ = Await::user_answer;
    receipt_.seal_id = seal_id;
    ++receipt_.attempts;
    return {.action = Action::call_user};
}

Step Route::call_server() noexcept {
    await_ = Await::server_answer;
    receipt_.credential = Credential::server;
    ++receipt_.attempts;
    return {.action = Action::call_server};
}

Step Route::give_answer() noexcept {
    await_ = Await::nothing;
    return {.action = Action::give_answer};
}

Step Route::refuse(Status refusal) noexcept {
    await_ = Await::nothing;
    return {.action = Action::refuse, .refusal = refusal};
}

} // namespace byok
