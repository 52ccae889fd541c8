/// Whose key a job is served with: the policy between the user's key and the platform's own, one step at a
/// time. It calls nobody and holds no key: it is told what happened and says what to do next.
///
///     Route route(policy);
///     for (Step step = route.begin();;)
///         switch (step.action) {
///         case Action::read_cache:  wait; step = route.cache_read(hit or miss or unavailable); break;
///         case Action::call_user:   step = route.answered({verdict, ...}); break; // likewise call_server
///         case Action::give_answer: give the last answer, with route.receipt(); return;
///         case Action::refuse:      refuse with step.refusal, with route.receipt(); return;
///         }
///
/// Held to, whatever is told in whatever order: at most two calls with the user's key and one with the
/// platform's; never the platform's in a job that forbids it; no call after the first byte was streamed.
#pragma once

#include "byok/ids.h"
#include "byok/status.h"
#include "byok/verdict.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace byok {

enum class Credential : std::uint8_t { user, server };
/// What serves a job whose user's key does not.
enum class Fallback : std::uint8_t { server, never };

/// All three are the platform's to say, never the client's.
struct RoutePolicy {
    Credential credential = Credential::user;
    Fallback fallback = Fallback::server;
    bool has_server_key = false; ///< for this provider
};

/// What reading the user's key from the cache came to. One that does not open is a miss.
enum class CacheResult : std::uint8_t { hit, miss, unavailable };

/// The longest a provider may have a job wait.
inline constexpr std::uint32_t kMaxRetryAfterS = 10;
/// Before a provider that was down or out of reach, and named no time, is asked again.
inline constexpr std::uint32_t kRetryPauseS = 1;

struct JobAnswer {
    /// `valid`: served. `unknown`: an answer that is not about the credential, a request it can't read, say.
    Verdict verdict = Verdict::unknown;
    std::optional<std::uint32_t> retry_after_s;
    bool streamed = false; ///< a first byte has reached whoever waits for the answer
};

enum class Action : std::uint8_t {
    read_cache,  ///< after wait_s. Before a retry as well: the user may have had the key cleared (E33)
    call_user,   ///< call the provider with the key that was read
    call_server, ///< call it with the platform's own key: metered as such, and told to the user
    give_answer, ///< the last answer is the job's, whatever it says
    refuse,      ///< the job ends without an answer
};

struct Step {
    Action action = Action::refuse;
    std::uint32_t wait_s = 0; ///< before the action
    /// Of refuse: no_api_key, user_key_missing, cache_unavailable, user_key_failed; bad_argument for what
    /// can't have happened at this point.
    Status refusal = Status::ok;
    bool drop_cached =
        false; ///< first remove the key that was read from the cache, if it is still the same (E5)
};

/// Why a job was not served with the credential that it asked for at once. A closed list: it labels metrics.
enum class RouteReason : std::uint8_t {
    as_asked,
    cache_miss,
    cache_unavailable,
    restricted,
    invalid,
    blocked,
    no_credit,
    rate_limited,
    wrong_region_or_ip,
    wrong_provider,
    provider_down,
    unreachable,
};
inline constexpr std::uint8_t kRouteReasonCount = 12;

std::string_view credential_name(Credential credential) noexcept;
std::string_view route_reason_name(RouteReason reason) noexcept;

/// What the user is told of a job; kept for the panel.
struct Receipt {
    /// Whose key the answer came by; of a refused job, whose it was to be.
    Credential credential = Credential::user;
    /// The last thing that kept the user's key from serving; as_asked where nothing did.
    RouteReason reason = RouteReason::as_asked;
    std::uint8_t attempts = 0; ///< calls of the provider, 0..3
    SealId seal_id;            ///< of the user's key that was called with last; zeros where none was
};

/// One job.
class Route {
  public:
    explicit Route(const RoutePolicy& policy) noexcept;

    [[nodiscard]] Step begin() noexcept;
    /// @param seal_id of the key that was read; looked at for a hit only.
    [[nodiscard]] Step cache_read(CacheResult result, const SealId& seal_id = {}) noexcept;
    [[nodiscard]] Step answered(const JobAnswer& answer) noexcept;

    [[nodiscard]] const Receipt& receipt() const noexcept { return receipt_; }

  private:
    enum class Await : std::uint8_t { begin, cache, user_answer, server_answer, nothing };

    Step call_user(const SealId& seal_id) noexcept;
    Step call_server() noexcept;
    /// What the policy says once the user's key is out of the game. @param alone the refusal of a job that
    /// may use no other key.
    Step fall_back(RouteReason reason, Status alone) noexcept;
    Step user_answered(const JobAnswer& answer) noexcept;
    Step give_answer() noexcept;
    Step refuse(Status refusal) noexcept;

    RoutePolicy policy_;
    Receipt receipt_;
    Await await_ = Await::begin;
    bool retried_ = false;
};

} // namespace byok
