/// A session against a plain model: thousands of random calls, with a store that refuses some transactions
/// and a browser that ends at any moment. After each, the vault is exactly as before the call or as after it.
#include "byok/session.h"
#include "support/bytes.h"
#include "support/vaults.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace byok;
using namespace byok::testing;

namespace {

struct ModelKey {
    std::string key;
    std::string label;
    Verdict verdict = Verdict::untested;
    friend bool operator==(const ModelKey&, const ModelKey&) = default;
};

struct Model {
    std::map<std::string, ModelKey> keys;      ///< by provider: one record each
    std::map<std::string, std::uint32_t> apps; ///< uses by origin
    std::string user = kUser.id;
    std::uint64_t password = 1;
};

class Walk {
  public:
    explicit Walk(std::uint32_t seed) : random_(seed), vault_(Vault::make()) {}

    void step() {
        if (!staged_ && chance(3)) {
            enter_draft();
            return;
        }
        if (staged_) {
            misuse_while_pending();
            settle();
        } else {
            stage_something();
        }
    }

    /// The session, and what another start of the browser would find, say what the model says.
    void check() {
        check(vault_.session);
        Session again = std::move(vault_.unlock_again()).value();
        check(again);
    }

  private:
    struct Pending {
        Change change;
        Model after;
        std::optional<std::string> drafted; ///< the provider whose draft is accepted
    };
    struct ModelDraft {
        DraftId id;
        std::string key;
        std::string label;
        std::string allows;
    };

    std::size_t below(std::size_t count) {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
    }
    bool chance(std::size_t one_in) { return below(one_in) == 0; }
    const Provider& some_provider() { return providers()[below(4)]; }
    std::string some_key() { return "sk-walk-" + std::to_string(below(6)) + "-0123456789abcdef"; }
    std::string some_label() { return chance(2) ? std::string() : "label " + std::to_string(below(9)); }
    std::string some_app() { return "https://app-" + std::to_string(below(3)) + ".example"; }
    std::string some_user() { return "user-" + std::to_string(1 + below(2)); }
    Verdict some_verdict() { return static_cast<Verdict>(below(kVerdictCount)); }

    RecordId id_of(const std::string& provider_id) {
        for (const RecordView& view : vault_.session.list()) {
            if (view.meta && view.meta->provider->id == provider_id)
                return view.id;
        }
        return make_id<RecordId>(0xFF);
    }

    void enter_draft() {
        const std::string provider_id(some_provider().id);
        const std::string key = some_key();
        const std::string label = some_label();
        const std::string app = chance(2) ? std::string() : some_app();
        const DraftResult result =
            vault_.session.draft(provider(provider_id), view(key), label, kNow, app).value();
        const auto stored = model_.keys.find(provider_id);
        CHECK(result.already_there == (stored != model_.keys.end() && stored->second.key == key));
        drafts_.insert_or_assign(provider_id, ModelDraft{result.draft, key, label, app});
    }

    void stage_something() {
        Model after = model_;
        const std::string provider_id(some_provider().id);
        const auto stored = after.keys.find(provider_id);
        const bool there = stored != after.keys.end();
        const RecordId id = id_of(provider_id);
        switch (below(11)) {
        case 0:
        case 1:
        case 2:
            stage_draft(provider_id);
            break;
        case 3: {
            Result<Change> change = vault_.session.remove(id);
            REQUIRE(change.status() == (there ? Status::ok : Status::record_unknown));
            after.keys.erase(provider_id);
            hold(std::move(change), std::move(after));
            break;
        }
        case 4: {
            const std::string label = some_label();
            Result<Change> change = vault_.session.set_label(id, label);
            REQUIRE(change.status() == (there ? Status::ok : Status::record_unknown));
            if (there)
                stored->second.label = label;
            hold(std::move(change), std::move(after));
            break;
        }
        case 5: {
            const Verdict verdict = some_verdict();
            Result<std::optional<Change>> change = vault_.session.set_verdict(id, verdict, kNow);
            REQUIRE(change.status() == (there ? Status::ok : Status::record_unknown));
            if (!there)
                break;
            REQUIRE(change.value().has_value() == is_about_the_key(verdict));
            if (!change.value())
                break;
            stored->second.verdict = verdict;
            hold(std::move(*change.value()), std::move(after));
            break;
        }
        case 6:
            after.user = some_user();
            hold(vault_.session.confirm_user({after.user, "A name"}), after);
            break;
        case 7: {
            const std::string app = some_app();
            const bool is_new = after.apps.emplace(app, 0).second;
            hold_if_any(vault_.session.grant_app(app, kNow), is_new, after);
            break;
        }
        case 8: {
            const std::string app = some_app();
            const bool was_there = after.apps.erase(app) != 0;
            for (auto& [_, draft] : drafts_)
                if (draft.allows == app)
                    draft.allows.clear();
            hold_if_any(vault_.session.revoke_app(app), was_there, after);
            break;
        }
        case 9:
            stage_seal(provider_id);
            break;
        default:
            after.password = model_.password + 1;
            hold(vault_.session.change_password(vault_.slot(), make_test_kek(model_.password),
                                                make_test_kek(after.password), make_test_kdf_params()),
                 after);
            break;
        }
    }

    void stage_draft(const std::string& provider_id) {
        const auto draft = drafts_.find(provider_id);
        if (draft == drafts_.end())
            return;
        const Verdict verdict = some_verdict();
        const StoreDecision decision = store_decision(verdict);
        Result<Change> change = vault_.session.accept(draft->second.id, verdict, kNow);
        if (decision == StoreDecision::refuse || decision == StoreDecision::offer_switch) {
            REQUIRE(change.status() == Status::bad_argument);
            return;
        }
        Model after = model_;
        const auto stored = model_.keys.find(provider_id);
        const bool there = stored != model_.keys.end();
        const bool same = there && stored->second.key == draft->second.key;
        if (!draft->second.allows.empty())
            after.apps.emplace(draft->second.allows, 0);
        ModelKey& next = after.keys[provider_id];
        next.key = draft->second.key;
        if (!draft->second.label.empty() || !there)
            next.label = draft->second.label;
        if (is_about_the_key(verdict) || !same)
            next.verdict = is_about_the_key(verdict) ? verdict : Verdict::untested;
        hold(std::move(change), std::move(after), provider_id);
    }

    /// An app asks. Time goes on by so much each time that its rate is never used up.
    void stage_seal(const std::string& provider_id) {
        const std::string app = some_app();
        mono_.ms += 2'000;
        Result<AppSeal> sealed =
            vault_.session.seal_for_app(app, std::vector{&provider(provider_id)},
                                        target_for(platform_, Purpose::job, model_.user), {mono_, kNow});
        const auto allowed = model_.apps.find(app);
        const auto stored = model_.keys.find(provider_id);
        if (allowed == model_.apps.end() || stored == model_.keys.end()) {
            REQUIRE(sealed.status() ==
                    (allowed == model_.apps.end() ? Status::app_not_allowed : Status::no_key));
            return;
        }
        const OpenedKey opened =
            std::move(open_sealed_key({&platform_, 1}, sealed.value().keys.at(0).bytes,
                                      {model_.user, &provider(provider_id), Purpose::job, kNow}))
                .value();
        const ByteView key = opened.key.expose();
        CHECK(std::string(key.begin(), key.end()) == stored->second.key);
        Model after = model_;
        ++after.apps[app];
        hold(std::move(sealed.value().change), std::move(after));
    }

    void hold_if_any(Result<std::optional<Change>> change, bool expected, Model after) {
        REQUIRE(change.value().has_value() == expected);
        if (expected)
            hold(std::move(*change.value()), std::move(after));
    }

    void hold(Result<Change> change, Model after, std::optional<std::string> drafted = std::nullopt) {
        if (change.ok())
            staged_ = Pending{std::move(change).value(), std::move(after), std::move(drafted)};
    }

    void misuse_while_pending() {
        switch (below(7)) {
        case 5:
            CHECK(vault_.session.grant_app(some_app(), kNow).status() == Status::busy);
            break;
        case 0:
            CHECK(vault_.session.remove(id_of("openai")).status() == Status::busy);
            break;
        case 1:
            CHECK(vault_.session.confirm_user({"user-9", "Nobody"}).status() == Status::busy);
            break;
        case 2:
            CHECK(vault_.session.reload(vault_.store.read()) == Status::busy);
            break;
        case 3:
            CHECK(vault_.session.repair().status() == Status::busy);
            break;
        case 4:
            enter_draft();
            if (staged_->drafted && drafts_.count(*staged_->drafted) != 0)
                check(vault_.session); // still what is committed
            break;
        default:
            break;
        }
    }

    /// The transaction is refused, or written; the browser may end before the session hears of either.
    void settle() {
        Pending pending = std::move(*staged_);
        staged_.reset();
        const bool written = !chance(3);
        if (written) {
            REQUIRE(vault_.store.apply(pending.change));
            model_ = pending.after;
        }
        vault_.password = model_.password;
        if (chance(4)) {
            vault_.session = std::move(vault_.unlock_again()).value();
            drafts_.clear();
            return;
        }
        REQUIRE((written ? vault_.session.commit() : vault_.session.rollback()) == Status::ok);
        if (written && pending.drafted && accepted_still_there(pending))
            drafts_.erase(*pending.drafted);
    }

    /// A draft entered meanwhile for the same provider has taken the accepted one's place, and stays.
    bool accepted_still_there(const Pending& pending) {
        const DraftId id = drafts_.at(*pending.drafted).id;
        return vault_.session.seal_draft_for_platform(id, target_for(platform_, Purpose::test, model_.user))
                   .status() == Status::draft_unknown;
    }

    void check(Session& session) {
        REQUIRE(session.integrity() == Status::ok);
        REQUIRE(session.user());
        CHECK(session.user()->id == model_.user);
        CHECK(session.revision() == vault_.store.revision());
        CHECK(vault_.store.records.size() == model_.keys.size());
        std::map<std::string, std::uint32_t> apps;
        for (const Permission& app : session.apps())
            apps.emplace(app.origin, app.uses);
        CHECK(apps == model_.apps);
        CHECK(apps.size() == session.apps().size());
        std::map<std::string, ModelKey> found;
        for (const RecordView& view : session.list()) {
            REQUIRE(view.state == RecordState::ok);
            const SealedKey sealed =
                session.seal_for_platform(view.id, target_for(platform_, Purpose::job, model_.user)).value();
            const OpenedKey opened =
                std::move(open_sealed_key({&platform_, 1}, sealed.bytes,
                                          {model_.user, view.meta->provider, Purpose::job, kNow}))
                    .value();
            const ByteView key = opened.key.expose();
            found[std::string(view.meta->provider->id)] = {std::string(key.begin(), key.end()),
                                                           view.meta->label, view.meta->verdict};
        }
        CHECK(found == model_.keys);
    }

    std::mt19937 random_;
    PlatformSecret platform_ = make_platform();
    Vault vault_;
    MonoMs mono_;
    Model model_;
    std::map<std::string, ModelDraft> drafts_;
    std::optional<Pending> staged_;
};

} // namespace

TEST_CASE("E22, E37: random calls, failing transactions and restarts leave the vault as before or as after "
          "each change",
          "[session][model]") {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        INFO("seed " << seed);
        Walk walk(seed);
        for (int i = 0; i < 200; ++i) {
            walk.step();
            if (i % 4 == 0)
                walk.check();
        }
        walk.check();
    }
}
