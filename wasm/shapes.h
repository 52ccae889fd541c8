/// How the vault's values look in JSON: facts that are no secret, with numbers for what is of a closed list.
/// web/core/types.ts is the same in TypeScript.
#pragma once

#include "byok/attempts.h"
#include "byok/auto_lock.h"
#include "byok/session.h"
#include "json_writer.h"

namespace byok::abi {

template <typename Enum>
std::uint64_t number_of(Enum value) noexcept {
    return static_cast<std::uint64_t>(value);
}

inline void write(JsonWriter& out, const Attempts& attempts, std::uint64_t wait_ms) {
    out.raw("{\"waitMs\":").number(wait_ms);
    out.raw(",\"next\":{\"failed\":").number(attempts.failed);
    out.raw(",\"last\":").number(attempts.last.ms).raw("}}");
}

inline void write(JsonWriter& out, LockReason reason, std::uint64_t remaining_ms) {
    out.raw("{\"reason\":").number(number_of(reason));
    out.raw(",\"remainingMs\":").number(remaining_ms).raw("}");
}

/// The end of an object of more.
inline void write(JsonWriter& out, const ShapeHint& shape, bool edges_cleaned) {
    out.raw("\"edgesCleaned\":").flag(edges_cleaned);
    out.raw(",\"notForInference\":").flag(shape.not_for_inference).raw(",\"looksLike\":");
    if (shape.looks_like == nullptr)
        out.raw("null}");
    else
        out.text(shape.looks_like->id).raw("}");
}

inline void write(JsonWriter& out, const DraftResult& draft) {
    out.raw("{\"draft\":").hex(draft.draft.bytes);
    out.raw(",\"alreadyThere\":").flag(draft.already_there).raw(",");
    write(out, draft.shape, draft.edges_cleaned);
}

inline void write(JsonWriter& out, const Header& header) {
    out.raw("{\"vaultId\":").hex(header.vault_id.bytes).raw(",\"slots\":");
    std::string_view before = "[";
    for (const Slot& slot : header.slots) {
        out.raw(before).raw("{\"id\":").hex(slot.id.bytes);
        out.raw(",\"kind\":").number(number_of(slot.kind));
        out.raw(",\"kdf\":").hex(encode(slot.kdf));
        out.raw(",\"weak\":").flag(is_weaker_than_default(slot.kdf)).raw("}");
        before = ",";
    }
    out.raw(header.slots.empty() ? "[]}" : "]}");
}

inline void write(JsonWriter& out, const RecordLine& record) {
    out.raw("{\"id\":").hex(record.id.bytes);
    out.raw(",\"state\":").number(number_of(record.state));
    if (record.meta == nullptr || record.meta->provider == nullptr) {
        out.raw(",\"meta\":null}");
        return;
    }
    const RecordMeta& meta = *record.meta;
    out.raw(",\"meta\":{\"provider\":").text(meta.provider->id);
    out.raw(",\"label\":").text(meta.label);
    out.raw(",\"preview\":").text(meta.preview);
    out.raw(",\"added\":").number(meta.added.ms);
    out.raw(",\"updated\":").number(meta.updated.ms);
    out.raw(",\"verdict\":").number(number_of(meta.verdict));
    out.raw(",\"verdictAt\":").number(meta.verdict_at.ms).raw("}}");
}

inline void write(JsonWriter& out, const Permission& app) {
    out.raw("{\"origin\":").text(app.origin);
    out.raw(",\"granted\":").number(app.granted.ms);
    out.raw(",\"lastUsed\":").number(app.last_used.ms);
    out.raw(",\"uses\":").number(app.uses).raw("}");
}

inline void write(JsonWriter& out, const Session& session) {
    out.raw("{\"revision\":").number(session.revision());
    out.raw(",\"integrity\":").number(number_of(session.integrity())).raw(",\"user\":");
    if (session.user())
        out.raw("{\"id\":").text(session.user()->id).raw(",\"name\":").text(session.user()->name).raw("}");
    else
        out.raw("null");
    out.raw(",\"records\":[");
    for (std::size_t i = 0; i < session.lines(); ++i) {
        out.raw(i > 0 ? "," : "");
        write(out, session.line(i));
    }
    out.raw("],\"apps\":[");
    for (const Permission& app : session.apps()) {
        out.raw(&app != session.apps().data() ? "," : "");
        write(out, app);
    }
    out.raw("]}");
}

} // namespace byok::abi
