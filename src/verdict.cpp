#include "byok/verdict.h"

#include <array>
#include <cstddef>

namespace byok {
namespace {

struct Row {
    std::string_view name;
    StoreDecision store;
    bool about_the_key;
};

// In the order of the enumeration.
constexpr std::array<Row, kVerdictCount> kRows{{
    {"untested", StoreDecision::ask, false},
    {"valid", StoreDecision::store, true},
    {"restricted", StoreDecision::store_warned, true},
    {"invalid", StoreDecision::refuse, true},
    {"blocked", StoreDecision::refuse, true},
    {"no_credit", StoreDecision::store_warned, true},
    {"rate_limited", StoreDecision::store_warned, true},
    {"wrong_region_or_ip", StoreDecision::store_warned, true},
    {"wrong_provider", StoreDecision::offer_switch, true},
    {"provider_down", StoreDecision::ask, false},
    {"unreachable", StoreDecision::ask, false},
    {"unknown", StoreDecision::ask, false},
}};

/// A number that is no verdict (a record of a newer version) counts as one that could not tell.
const Row& row_of(Verdict verdict) noexcept {
    const auto index = static_cast<std::size_t>(verdict);
    return index < kRows.size() ? kRows[index] : kRows[static_cast<std::size_t>(Verdict::unknown)];
}

} // namespace

StoreDecision store_decision(Verdict verdict) noexcept {
    return row_of(verdict).store;
}

bool suggests_deletion(Verdict verdict) noexcept {
    return verdict == Verdict::invalid || verdict == Verdict::blocked;
}

bool is_about_the_key(Verdict verdict) noexcept {
    return row_of(verdict).about_the_key;
}

std::string_view verdict_name(Verdict verdict) noexcept {
    return row_of(verdict).name;
}

std::optional<Verdict> verdict_from_name(std::string_view name) noexcept {
    for (std::size_t index = 0; index < kRows.size(); ++index) {
        if (kRows[index].name == name)
            return static_cast<Verdict>(index);
    }
    return std::nullopt;
}

} // namespace byok
