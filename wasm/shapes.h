/// How the core's values look in JSON and in bundles. web/core/types.ts is the same in TypeScript.
#pragma once

#include "byok/auto_lock.h"
#include "byok/catalogue_json.h"
#include "byok/session.h"
#include "byok/status.h"
#include "byok/strength.h"
#include "byok/verdict.h"
#include "json.h"
#include "json_ids.h"
#include "wire.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace byok::abi {

// In the order of the enums; the contract test compares them with TypeScript's.
inline constexpr std::array<std::string_view, 7> kRecordStates{"ok",         "unreadable", "stale", "missing",
                                                               "unexpected", "unverified", "newer"};
inline constexpr std::array<std::string_view, 6> kLockReasons{"none",          "idle",   "absolute_limit",
                                                              "clock_changed", "hidden", "page_hidden"};
inline constexpr std::array<std::string_view, 5> kStoreDecisions{"store", "store_warned", "refuse",
                                                                 "offer_switch", "ask"};
inline constexpr std::array<std::string_view, 2> kPurposes{"test", "job"};

template <typename Enum, std::size_t size>
std::string_view name_in(const std::array<std::string_view, size>& names, Enum value) noexcept {
    const auto index = static_cast<std::size_t>(value);
    return index < size ? names[index] : std::string_view();
}

inline Json text_json(std::string_view text) {
    return Json(std::string(text));
}

inline Json or_null(const Provider* provider) {
    return provider == nullptr ? Json(nullptr) : text_json(provider->id);
}

template <std::size_t size>
Json names_json(const std::array<std::string_view, size>& names) {
    Json list = Json::array();
    for (const std::string_view name : names)
        list.push_back(text_json(name));
    return list;
}

inline Json statuses_json() {
    Json table = Json::object();
#define BYOK_STATUS_JSON(number, name) table[#name] = number;
    BYOK_STATUS_TABLE(BYOK_STATUS_JSON)
#undef BYOK_STATUS_JSON
    return table;
}

inline Json verdicts_json() {
    Json list = Json::array();
    for (std::uint8_t i = 0; i < kVerdictCount; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        list.push_back(Json{{"name", text_json(verdict_name(verdict))},
                            {"decision", text_json(name_in(kStoreDecisions, store_decision(verdict)))},
                            {"aboutTheKey", is_about_the_key(verdict)},
                            {"suggestsDeletion", suggests_deletion(verdict)}});
    }
    return list;
}

inline Json strength_json(const Strength& strength) {
    return Json{{"score", static_cast<unsigned>(strength.score)},
                {"codePoints", strength.code_points},
                {"guessesLog2", strength.guesses_log2},
                {"refusal",
                 strength.refusal == Status::ok ? Json(nullptr) : text_json(status_name(strength.refusal))}};
}

inline Json header_json(const Header& header) {
    Json slots = Json::array();
    for (const Slot& slot : header.slots)
        slots.push_back(Json{{"id", hex_json(slot.id.bytes)},
                             {"kind", static_cast<unsigned>(slot.kind)},
                             {"kdf", hex_json(encode(slot.kdf))},
                             {"weak", is_weaker_than_default(slot.kdf)}});
    return Json{{"vaultId", hex_json(header.vault_id.bytes)}, {"slots", std::move(slots)}};
}

inline Json record_json(const RecordView& record) {
    Json meta;
    if (record.meta && record.meta->provider != nullptr)
        meta = Json{{"provider", text_json(record.meta->provider->id)},
                    {"label", record.meta->label},
                    {"preview", record.meta->preview},
                    {"added", record.meta->added.ms},
                    {"updated", record.meta->updated.ms},
                    {"verdict", text_json(verdict_name(record.meta->verdict))},
                    {"verdictAt", record.meta->verdict_at.ms}};
    return Json{{"id", hex_json(record.id.bytes)},
                {"state", text_json(name_in(kRecordStates, record.state))},
                {"meta", std::move(meta)}};
}

inline Json app_json(const Permission& app) {
    return Json{{"origin", app.origin},
                {"granted", app.granted.ms},
                {"lastUsed", app.last_used.ms},
                {"uses", app.uses}};
}

inline Json view_json(const Session& session) {
    Json records = Json::array();
    for (const RecordView& record : session.list())
        records.push_back(record_json(record));
    Json apps = Json::array();
    for (const Permission& app : session.apps())
        apps.push_back(app_json(app));
    Json user;
    if (session.user())
        user = Json{{"id", session.user()->id}, {"name", session.user()->name}};
    return Json{{"revision", session.revision()},
                {"integrity", text_json(status_name(session.integrity()))},
                {"user", std::move(user)},
                {"records", std::move(records)},
                {"apps", std::move(apps)}};
}

inline Json draft_json(const DraftResult& draft) {
    return Json{{"draft", hex_json(draft.draft.bytes)},
                {"edgesCleaned", draft.edges_cleaned},
                {"alreadyThere", draft.already_there},
                {"looksLike", or_null(draft.shape.looks_like)},
                {"notForInference", draft.shape.not_for_inference}};
}

/// @return false where the bundle is not well formed, or holds more than `max_items`.
inline bool read_bundle(ByteView bundle, std::size_t max_items, std::vector<ByteView>& items) {
    wire::Reader in(bundle);
    const std::uint32_t count = in.u32();
    if (count > max_items)
        return false;
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i)
        items.push_back(in.bytes(in.u32()));
    return in.finished();
}

inline std::size_t bundle_size(const std::vector<ByteView>& items) noexcept {
    std::size_t size = 4;
    for (const ByteView item : items)
        size += 4 + item.size();
    return size;
}

inline void write_bundle(const std::vector<ByteView>& items, MutableBytes out) noexcept {
    wire::Writer writer(out);
    writer.u32(static_cast<std::uint32_t>(items.size()));
    for (const ByteView item : items) {
        writer.u32(static_cast<std::uint32_t>(item.size()));
        writer.bytes(item);
    }
}

} // namespace byok::abi
