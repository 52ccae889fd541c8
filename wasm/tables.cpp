#include "byok/auto_lock.h"
#include "byok/catalogue_json.h"
#include "byok/session.h"
#include "byok/status.h"
#include "byok/verdict.h"
#include "json_calls.h"
#include "platform.h"

using namespace byok;
using namespace byok::abi;

namespace {

// In the order of the enums; the contract test compares them with TypeScript's.
constexpr std::array<std::string_view, 7> kRecordStates{"ok",         "unreadable", "stale", "missing",
                                                        "unexpected", "unverified", "newer"};
constexpr std::array<std::string_view, 6> kLockReasons{"none",          "idle",   "absolute_limit",
                                                       "clock_changed", "hidden", "page_hidden"};
constexpr std::array<std::string_view, 5> kStoreDecisions{"store", "store_warned", "refuse", "offer_switch",
                                                          "ask"};
static_assert(static_cast<std::size_t>(RecordState::newer) + 1 == kRecordStates.size());
static_assert(static_cast<std::size_t>(LockReason::page_hidden) + 1 == kLockReasons.size());
static_assert(static_cast<std::size_t>(StoreDecision::ask) + 1 == kStoreDecisions.size());

template <std::size_t size>
Json names_json(const std::array<std::string_view, size>& names) {
    Json list = Json::array();
    for (const std::string_view name : names)
        list.push_back(text_json(name));
    return list;
}

Json statuses_json() {
    Json table = Json::object();
#define BYOK_STATUS_JSON(number, name) table[#name] = number;
    BYOK_STATUS_TABLE(BYOK_STATUS_JSON)
#undef BYOK_STATUS_JSON
    return table;
}

Json verdicts_json() {
    Json list = Json::array();
    for (std::uint8_t i = 0; i < kVerdictCount; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        list.push_back(
            Json{{"name", text_json(verdict_name(verdict))},
                 {"decision", text_json(kStoreDecisions[static_cast<std::size_t>(store_decision(verdict))])},
                 {"aboutTheKey", is_about_the_key(verdict)},
                 {"suggestsDeletion", suggests_deletion(verdict)}});
    }
    return list;
}

} // namespace

StatusCode byok_tables(Out* out) {
    return run([&]() -> Status {
        const std::string text = catalogue_json();
        BYOK_TRY(catalogue, parse_json({reinterpret_cast<Bytes>(text.data()), text.size()}));
        return give(out, Json{{"statuses", statuses_json()},
                              {"verdicts", verdicts_json()},
                              {"recordStates", names_json(kRecordStates)},
                              {"lockReasons", names_json(kLockReasons)},
                              {"storeDecisions", names_json(kStoreDecisions)},
                              {"providers", std::move(catalogue)}});
    });
}
