/// A hostile store under an unlocked vault: the input edits a genuine snapshot of three records (bytes
/// changed, rows cut, emptied, swapped, copied, removed, put back from yesterday), then calls the session in
/// some order. Whatever is found, a record is shown as `ok` only with the bytes that were sealed for it, and
/// after a repair the vault is whole.
#include "byok/session.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace byok;

constexpr std::size_t kMaxEdits = 24;
constexpr std::string_view kApp = "https://app.example";

Kek make_kek() {
    return Kek(SecretBytes::make(kKeyBytes).value());
}

void demand(bool holds) {
    if (!holds)
        __builtin_trap();
}

ByteView view(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

struct Genuine {
    Snapshot yesterday;
    Snapshot today;
    SlotId slot;
};

void apply(Snapshot& store, const Change& change) {
    if (change.header)
        store.header = *change.header;
    store.manifest = change.manifest;
    for (const RecordId& id : change.remove)
        std::erase_if(store.records, [&](const Record& record) { return record.id == id; });
    for (const Record& put : change.put) {
        std::erase_if(store.records, [&](const Record& record) { return record.id == put.id; });
        store.records.push_back(put);
    }
}

Genuine make_genuine() {
    const KdfParams params{kMake.min_memory_kib, kMake.min_passes, {}};
    Session::Created created = Session::create(make_kek(), params, ConfirmedUser{"u", "U"}).value();
    Genuine genuine{{}, {}, created.session.header().slots.front().id};
    const auto save = [&](const Change& change) {
        apply(genuine.today, change);
        demand(created.session.commit() == Status::ok);
    };
    save(created.change);
    for (std::size_t i = 0; i < 3; ++i) {
        const DraftResult draft =
            created.session.draft(providers()[i], view("key-of-a-provider"), "", {1}).value();
        save(created.session.accept(draft.draft, Verdict::valid, {1}).value());
    }
    genuine.yesterday = genuine.today;
    save(created.session.set_label(genuine.today.records.front().id, "today").value());
    save(*created.session.grant_app(kApp, {1}).value());
    return genuine;
}

class Input {
  public:
    explicit Input(ByteView bytes) : rest_(bytes) {}
    bool empty() const { return rest_.empty(); }
    std::size_t next() {
        if (rest_.empty())
            return 0;
        const std::uint8_t byte = rest_[0];
        rest_ = rest_.subspan(1);
        return byte;
    }
    std::size_t below(std::size_t count) { return count == 0 ? 0 : (next() << 8 | next()) % count; }

  private:
    ByteView rest_;
};

void change_byte(std::vector<std::uint8_t>& bytes, Input& input) {
    if (bytes.empty())
        return;
    bytes[input.below(bytes.size())] ^= static_cast<std::uint8_t>(input.next());
}

void edit(Snapshot& store, const Snapshot& yesterday, Input& input) {
    std::vector<Record>& rows = store.records;
    const std::size_t kind = input.next() % 10;
    if (rows.empty() && kind > 1)
        return;
    const std::size_t row = input.below(rows.size());
    switch (kind) {
    case 0:
        return change_byte(store.manifest, input);
    case 1:
        return store.manifest.resize(input.below(store.manifest.size() + 1));
    case 2:
        return change_byte(rows[row].bytes, input);
    case 3:
        return rows[row].bytes.resize(input.below(rows[row].bytes.size() + 1));
    case 4:
        return std::swap(rows[row].bytes, rows[input.below(rows.size())].bytes);
    case 5:
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(row));
        return;
    case 6:
        rows.push_back(Record(rows[row]));
        return;
    case 7:
        rows.push_back(Record(yesterday.records[input.below(yesterday.records.size())]));
        return;
    case 8:
        store.manifest = yesterday.manifest;
        return;
    default:
        rows[row].id.bytes[input.below(kIdBytes)] ^= static_cast<std::uint8_t>(input.next());
        return;
    }
}

bool is_genuine(const Genuine& genuine, const RecordId& id) {
    const auto has = [&](const Snapshot& store) {
        return std::any_of(store.records.begin(), store.records.end(),
                           [&](const Record& record) { return record.id == id; });
    };
    return has(genuine.today) || has(genuine.yesterday);
}

void check_lines(const Session& session) {
    for (const RecordView& line : session.list()) {
        const bool shown = line.state == RecordState::ok || line.state == RecordState::unverified;
        demand(line.meta.has_value() == shown);
        demand(line.state != RecordState::ok || session.integrity() != Status::manifest_damaged);
    }
    demand(session.integrity() != Status::manifest_damaged || session.apps().empty());
}

void call_something(Session& session, Input& input) {
    const std::vector<RecordView> lines = session.list();
    const RecordId id = lines.empty() ? RecordId{} : lines[input.below(lines.size())].id;
    const KdfParams params{kMake.min_memory_kib, kMake.min_passes, {}};
    switch (input.next() % 10) {
    case 0:
        (void)session.remove(id).ok();
        break;
    case 1:
        (void)session.set_label(id, "x").ok();
        break;
    case 2:
        (void)session.set_verdict(id, Verdict::no_credit, {2}).ok();
        break;
    case 3:
        (void)session.change_password(session.header().slots.front().id, make_kek(), make_kek(), params).ok();
        break;
    case 4: {
        const Result<DraftResult> draft = session.draft(providers()[3], view("another-key"), "", {3});
        if (draft.ok())
            (void)session.accept(draft.value().draft, Verdict::valid, {3}).ok();
        break;
    }
    case 5:
        (void)session.confirm_user({"v", "V"}).ok();
        break;
    case 6:
        (void)session.grant_app(kApp, {4}).ok();
        break;
    case 7:
        (void)session.revoke_app(kApp).ok();
        break;
    case 8: {
        const std::vector<Permission>& apps = session.apps();
        const bool allowed =
            std::any_of(apps.begin(), apps.end(), [](const Permission& app) { return app.origin == kApp; });
        const std::vector<const Provider*> one{&providers()[input.below(4)]};
        const SealTarget target{{9}, "u", Purpose::job, {1}};
        const Result<AppSeal> sealed = session.seal_for_app(kApp, one, target, {{input.next()}, {1}});
        demand(allowed || !sealed.ok());
        break;
    }
    default:
        (void)session.rollback();
        break;
    }
    (void)(input.next() % 2 == 0 ? session.commit() : session.rollback());
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Genuine genuine = make_genuine();
    Input input({data, size});
    Snapshot store = genuine.today;
    for (std::size_t edits = input.next() % kMaxEdits; edits > 0 && !input.empty(); --edits)
        edit(store, genuine.yesterday, input);

    Result<Session> unlocked = Session::unlock(store, genuine.slot, make_kek());
    if (!unlocked.ok()) {
        demand(unlocked.status() == Status::newer_format);
        return 0;
    }
    Session session = std::move(unlocked).value();
    check_lines(session);
    for (const RecordView& line : session.list())
        demand(!line.meta || is_genuine(genuine, line.id));

    Session repaired = Session::unlock(store, genuine.slot, make_kek()).value();
    apply(store, repaired.repair().value());
    demand(repaired.commit() == Status::ok);
    demand(repaired.integrity() == Status::ok);
    const Session again = Session::unlock(store, genuine.slot, make_kek()).value();
    demand(again.integrity() == Status::ok);
    demand(again.list().size() == repaired.list().size());

    while (!input.empty())
        call_something(session, input);
    check_lines(session);
    return 0;
}
