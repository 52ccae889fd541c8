#include "byok/key_text.h"
#include "byok/session.h"
#include "support/bytes.h"
#include "support/vaults.h"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace byok;
using namespace byok::testing;

namespace {

constexpr std::string_view kOpenaiKey = "sk-proj-0123456789abcdefghij";
constexpr std::string_view kGeminiKey = "AIzaSy0123456789abcdefghijklmnopqrstuvw";

WallMs later(std::uint64_t minutes) {
    return {kNow.ms + minutes * 60'000};
}

DraftResult draft(Vault& vault, std::string_view provider_id, std::string_view key,
                  std::string_view label = "", WallMs now = kNow) {
    return vault.session.draft(provider(provider_id), view(key), label, now).value();
}

} // namespace

TEST_CASE("E1: an entered key waits as a draft, is tested, and is stored when it is accepted",
          "[session][drafts]") {
    Vault vault = Vault::make();
    const DraftResult entered = draft(vault, "openai", kOpenaiKey, "work");
    CHECK_FALSE(entered.already_there);
    CHECK_FALSE(entered.edges_cleaned);
    CHECK(vault.session.list().empty());

    const PlatformSecret platform = make_platform();
    const SealedKey sealed =
        vault.session.seal_draft_for_platform(entered.draft, target_for(platform, Purpose::test)).value();
    const OpenedKey opened = std::move(open_sealed_key({&platform, 1}, sealed.bytes,
                                                       {kUser.id, &provider("openai"), Purpose::test, kNow}))
                                 .value();
    CHECK(std::string(opened.key.expose().begin(), opened.key.expose().end()) == kOpenaiKey);

    vault.save(vault.session.accept(entered.draft, Verdict::restricted, later(1)));
    REQUIRE(vault.session.list().size() == 1);
    const RecordMeta meta = *vault.session.list()[0].meta;
    CHECK(meta.provider == &provider("openai"));
    CHECK(meta.label == "work");
    CHECK(meta.preview == make_preview(view(kOpenaiKey)));
    CHECK(meta.added == kNow);
    CHECK(meta.updated == kNow);
    CHECK(meta.verdict == Verdict::restricted);
    CHECK(meta.verdict_at == later(1));
    CHECK(vault.session.accept(entered.draft, Verdict::valid, kNow).status() == Status::draft_unknown);
}

TEST_CASE("E1: a draft outlives changes, rollbacks, reloads and a new password", "[session][drafts]") {
    Vault vault = Vault::make();
    const DraftId entered = draft(vault, "openai", kOpenaiKey).draft;
    vault.add("gemini", kGeminiKey);
    REQUIRE(vault.session.confirm_user({"user-2", "Other user"}).ok());
    REQUIRE(vault.session.rollback() == Status::ok);
    REQUIRE(vault.session.reload(vault.store.read()) == Status::ok);
    REQUIRE(vault.change_password(2) == Status::ok);

    REQUIRE(vault.session.accept(entered, Verdict::valid, kNow).ok());
    REQUIRE(vault.session.rollback() == Status::ok);
    const Change change = vault.session.accept(entered, Verdict::valid, kNow).value();
    const RecordId id = change.put.at(0).id;
    vault.save(change);
    CHECK(key_through_platform(vault.session, id, provider("openai")) == kOpenaiKey);
}

TEST_CASE("E3: the same key entered twice is one record, told, and re-sealed with fresh nonces",
          "[session][drafts]") {
    Vault vault = Vault::make();
    const RecordId id = vault.add("openai", kOpenaiKey, "mine");
    const Bytes sealed_before = vault.store.row(id);

    const DraftResult again = draft(vault, "openai", "  " + std::string(kOpenaiKey) + "\n", "", later(5));
    CHECK(again.already_there);
    CHECK(again.edges_cleaned);
    vault.save(vault.session.accept(again.draft, Verdict::no_credit, later(6)));

    REQUIRE(vault.session.list().size() == 1);
    CHECK(vault.store.records.size() == 1);
    CHECK(vault.session.list()[0].id == id);
    const RecordMeta meta = *vault.session.list()[0].meta;
    CHECK(meta.label == "mine");
    CHECK(meta.added == kNow);
    CHECK(meta.updated == kNow); // the key is the one that was there
    CHECK(meta.verdict == Verdict::no_credit);
    CHECK(meta.verdict_at == later(6));
    CHECK(vault.store.row(id) != sealed_before);
    CHECK(key_through_platform(vault.session, id, provider("openai")) == kOpenaiKey);
}

TEST_CASE("E3: keys that differ in one character, even where the preview hides it, are not the same",
          "[session][drafts]") {
    Vault vault = Vault::make();
    vault.add("openai", kOpenaiKey);
    std::string other(kOpenaiKey);
    other[12] = other[12] == 'x' ? 'y' : 'x';
    CHECK(make_preview(view(other)) == make_preview(view(kOpenaiKey)));
    CHECK_FALSE(draft(vault, "openai", other).already_there);
    CHECK_FALSE(draft(vault, "openai", std::string(kOpenaiKey) + "x").already_there);
    CHECK_FALSE(draft(vault, "openai", kOpenaiKey.substr(0, 20)).already_there);
    // The same bytes for another provider are another key.
    CHECK_FALSE(draft(vault, "gemini", kOpenaiKey).already_there);
    CHECK(draft(vault, "openai", kOpenaiKey).already_there);
}

TEST_CASE("A new key for a provider that has one replaces it: same id, added kept, updated set",
          "[session][drafts]") {
    Vault vault = Vault::make();
    const RecordId openai = vault.add("openai", kOpenaiKey, "mine");
    const RecordId gemini = vault.add("gemini", kGeminiKey);
    const DraftResult next = draft(vault, "openai", "sk-proj-another-key-entirely", "", later(60));
    CHECK_FALSE(next.already_there);
    vault.save(vault.session.accept(next.draft, Verdict::valid, later(61)));

    const std::vector<RecordView> list = vault.session.list();
    REQUIRE(list.size() == 2);
    CHECK(list[0].id == openai);
    CHECK(list[1].id == gemini);
    CHECK(list[0].meta->label == "mine");
    CHECK(list[0].meta->added == kNow);
    CHECK(list[0].meta->updated == later(60));
    CHECK(list[0].meta->preview == make_preview(view("sk-proj-another-key-entirely")));
    CHECK(key_through_platform(vault.session, openai, provider("openai")) == "sk-proj-another-key-entirely");

    const DraftResult named = draft(vault, "openai", "sk-proj-a-third", "other label");
    vault.save(vault.session.accept(named.draft, Verdict::valid, later(62)));
    CHECK(vault.session.list()[0].meta->label == "other label");
}

TEST_CASE("E12: a draft is switched to the provider that its shape names, with its key",
          "[session][drafts]") {
    Vault vault = Vault::make();
    const DraftResult entered = draft(vault, "openai", kGeminiKey, "mine");
    CHECK(entered.shape.looks_like == &provider("gemini"));
    const DraftResult switched = vault.session.retarget(entered.draft, provider("gemini")).value();
    CHECK(switched.draft == entered.draft);
    CHECK(switched.shape.looks_like == &provider("gemini"));
    CHECK_FALSE(switched.already_there);
    const Change change = vault.session.accept(entered.draft, Verdict::valid, kNow).value();
    const RecordId id = change.put.at(0).id;
    vault.save(change);
    REQUIRE(vault.session.list().size() == 1);
    CHECK(vault.session.list()[0].meta->provider == &provider("gemini"));
    CHECK(vault.session.list()[0].meta->label == "mine");
    CHECK(key_through_platform(vault.session, id, provider("gemini")) == kGeminiKey);

    const DraftId twin = draft(vault, "openai", kGeminiKey).draft;
    CHECK(vault.session.retarget(twin, provider("gemini")).value().already_there);
}

TEST_CASE("E12: a switch that can't be made changes nothing", "[session][drafts]") {
    Vault vault = Vault::make();
    const DraftId id = draft(vault, "openai", kOpenaiKey).draft;
    const Provider stranger = provider("gemini");
    CHECK(vault.session.retarget(id, stranger).status() == Status::unknown_provider);
    CHECK(vault.session.retarget(make_id<DraftId>(1), provider("gemini")).status() == Status::draft_unknown);
    REQUIRE(vault.session.accept(id, Verdict::valid, kNow).ok());
    CHECK(vault.session.retarget(id, provider("gemini")).status() == Status::busy);
    REQUIRE(vault.session.commit() == Status::ok);
    CHECK(vault.session.list().at(0).meta->provider == &provider("openai"));
}

TEST_CASE("E28, E29: what can't be a key or a label makes no draft", "[session][drafts]") {
    Vault vault = Vault::make();
    const auto refusal = [&](std::string_view key, std::string_view label = "") {
        return vault.session.draft(provider("openai"), view(key), label, kNow).status();
    };
    CHECK(refusal("") == Status::key_empty);
    CHECK(refusal(" \r\n") == Status::key_empty);
    CHECK(refusal("sk-\r\nx") == Status::key_bad_character);
    CHECK(refusal(std::string(kMaxKeyBytes + 1, 'k')) == Status::key_too_long);
    CHECK(refusal(std::string(1'000'000, 'k')) == Status::key_too_long);
    CHECK(refusal(kOpenaiKey, "a\nb") == Status::label_refused);
    CHECK(refusal(kOpenaiKey, std::string(65, 'x')) == Status::label_refused);
    CHECK(refusal(kOpenaiKey, "\xFF") == Status::label_refused);
    const Provider stranger = provider("openai");
    CHECK(vault.session.draft(stranger, view(kOpenaiKey), "", kNow).status() == Status::unknown_provider);
}

TEST_CASE(
    "A draft is stored with no verdict that refuses it, and untested where the test could not tell (E30)",
    "[session][drafts]") {
    for (std::uint8_t number = 0; number < kVerdictCount; ++number) {
        const auto verdict = static_cast<Verdict>(number);
        Vault vault = Vault::make();
        const DraftId id = draft(vault, "openai", kOpenaiKey).draft;
        const Result<Change> change = vault.session.accept(id, verdict, later(1));
        if (verdict == Verdict::invalid || verdict == Verdict::blocked ||
            verdict == Verdict::wrong_provider) {
            CHECK(change.status() == Status::bad_argument);
            continue;
        }
        vault.save(change);
        const RecordMeta meta = *vault.session.list().at(0).meta;
        CHECK(meta.verdict == (is_about_the_key(verdict) ? verdict : Verdict::untested));
        CHECK(meta.verdict_at == (is_about_the_key(verdict) ? later(1) : WallMs{0}));
    }
}

TEST_CASE("E30: the same key saved untested keeps its last verdict, another key does not",
          "[session][drafts]") {
    Vault vault = Vault::make();
    vault.add("openai", kOpenaiKey);
    vault.save(
        vault.session.accept(draft(vault, "openai", kOpenaiKey).draft, Verdict::unreachable, later(9)));
    CHECK(vault.session.list().at(0).meta->verdict == Verdict::valid);
    CHECK(vault.session.list().at(0).meta->verdict_at == kNow);
    vault.save(
        vault.session.accept(draft(vault, "openai", "sk-proj-new").draft, Verdict::unreachable, later(9)));
    CHECK(vault.session.list().at(0).meta->verdict == Verdict::untested);
    CHECK(vault.session.list().at(0).meta->verdict_at == WallMs{0});
}

TEST_CASE("Drafts are one for each provider and a handful in all, the oldest giving way",
          "[session][drafts]") {
    Vault vault = Vault::make();
    const DraftId first = draft(vault, "openai", kOpenaiKey).draft;
    const DraftId second = draft(vault, "openai", "sk-proj-second").draft;
    CHECK(vault.session.accept(first, Verdict::valid, kNow).status() == Status::draft_unknown);

    REQUIRE(providers().size() > kMaxDrafts);
    std::vector<DraftId> others;
    for (const Provider& row : providers()) {
        if (&row != &provider("openai") && others.size() < kMaxDrafts)
            others.push_back(draft(vault, row.id, "key-of-" + std::string(row.id)).draft);
    }
    CHECK(vault.session.accept(second, Verdict::valid, kNow).status() == Status::draft_unknown);
    for (const DraftId& id : others)
        vault.save(vault.session.accept(id, Verdict::valid, kNow));
    CHECK(vault.session.list().size() == kMaxDrafts);
}

TEST_CASE("A draft whose change is pending does not give way to newer ones", "[session][drafts]") {
    Vault vault = Vault::make();
    const DraftId first = draft(vault, "openai", kOpenaiKey).draft;
    REQUIRE(vault.session.accept(first, Verdict::valid, kNow).ok());
    std::size_t made = 0;
    for (const Provider& row : providers()) {
        if (&row != &provider("openai") && made++ < kMaxDrafts + 2)
            draft(vault, row.id, "key-of-" + std::string(row.id));
    }
    REQUIRE(vault.session.rollback() == Status::ok);
    CHECK(vault.session.accept(first, Verdict::valid, kNow).ok());
}

TEST_CASE("A discarded draft is gone, and a discarded stranger is nobody", "[session][drafts]") {
    Vault vault = Vault::make();
    const DraftId id = draft(vault, "openai", kOpenaiKey).draft;
    const DraftId kept = draft(vault, "gemini", kGeminiKey).draft;
    vault.session.discard(id);
    vault.session.discard(id);
    vault.session.discard(make_id<DraftId>(7));
    CHECK(vault.session.accept(id, Verdict::valid, kNow).status() == Status::draft_unknown);
    CHECK(vault.session.seal_draft_for_platform(id, target_for(make_platform(), Purpose::test)).status() ==
          Status::draft_unknown);
    CHECK(vault.session.accept(kept, Verdict::valid, kNow).ok());
}

TEST_CASE("A draft discarded while its change is pending is still stored by the commit",
          "[session][drafts]") {
    Vault vault = Vault::make();
    const DraftId id = draft(vault, "openai", kOpenaiKey).draft;
    const Change change = vault.session.accept(id, Verdict::valid, kNow).value();
    vault.session.discard(id);
    vault.save(change);
    CHECK(key_through_platform(vault.session, change.put.at(0).id, provider("openai")) == kOpenaiKey);
}

TEST_CASE("A draft is not opened by what is stored: its bytes never were under the vault key",
          "[session][drafts]") {
    Vault vault = Vault::make();
    const DraftId id = draft(vault, "openai", kOpenaiKey).draft;
    const Session again = std::move(vault.unlock_again()).value();
    CHECK(again.list().empty());
    CHECK(vault.store.records.empty());
    Session other = std::move(vault.unlock_again()).value();
    CHECK(other.accept(id, Verdict::valid, kNow).status() == Status::draft_unknown);
}
