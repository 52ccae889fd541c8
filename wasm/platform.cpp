#include "platform.h"

#include "byok/cached_key.h"
#include "byok/catalogue_json.h"
#include "byok/key_shape.h"
#include "byok/manifest.h"
#include "byok/provider_answer.h"
#include "byok/redact.h"
#include "byok/route_json.h"
#include "handles.h"
#include "json_calls.h"

#include <optional>
#include <utility>

namespace byok::abi {
namespace {

constexpr std::size_t kMaxSecrets = 8;

using Secrets = std::vector<PlatformSecret>;
Handles<Secrets, 3> platforms;

template <typename Call>
StatusCode with_platform(Handle handle, const Call& call) {
    return run([&]() -> Status {
        const Secrets* const secrets = platforms.find(handle);
        return secrets == nullptr ? Status::bad_handle : call(*secrets);
    });
}

/// With the secrets of a handle, and for whom a cached key is: JSON {user, provider, now, cleared?}.
template <typename Call>
StatusCode with_cache_demand(Handle handle, ByteView json, const Call& call) {
    return with_platform(handle, [&](const Secrets& secrets) -> Status {
        BYOK_TRY(document, parse_json(json));
        JsonFields fields(document);
        const std::string_view provider_id = fields.text("provider", {1, 64});
        CacheDemand demand{.user = fields.text("user", {1, kMaxUserIdBytes}),
                           .provider = nullptr,
                           .now = time_field(fields, "now"),
                           .cleared = std::nullopt};
        if (const auto cleared = fields.optional_number("cleared", {0, kMaxMs}))
            demand.cleared = WallMs{*cleared};
        BYOK_CHECK(fields.finish());
        BYOK_TRY(provider, provider_named(provider_id));
        demand.provider = provider;
        return call(secrets, demand);
    });
}

} // namespace
} // namespace byok::abi

using namespace byok;
using namespace byok::abi;

StatusCode byok_platform_new(Bytes secrets, Size secrets_size, Handle* handle) {
    return run([&]() -> Status {
        std::vector<ByteView> items;
        if (!read_bundle(view(secrets, secrets_size), kMaxSecrets, items))
            return Status::bad_argument;
        if (items.empty())
            return Status::secret_missing;
        Secrets parsed;
        parsed.reserve(items.size());
        for (const ByteView item : items) {
            BYOK_TRY(secret, PlatformSecret::parse(item));
            parsed.push_back(std::move(secret));
        }
        return place(platforms, std::move(parsed), handle);
    });
}

StatusCode byok_platform_free(Handle platform) {
    return end(platforms, platform);
}

StatusCode byok_platform_public_key(Handle platform, Out* out) {
    return with_platform(platform, [&](const Secrets& secrets) {
        return give(out, std::vector<ByteView>{secrets.front().public_key(), secrets.front().key_id()});
    });
}

StatusCode byok_platform_open(Handle platform, Bytes sealed, Size sealed_size, Bytes json, Size json_size,
                              Out* out) {
    return with_platform(platform, [&](const Secrets& secrets) -> Status {
        BYOK_TRY(document, parse_json(view(json, json_size)));
        JsonFields fields(document);
        const std::string_view provider_id = fields.text("provider", {1, 64});
        OpenDemand demand{.user = fields.text("user", {1, kMaxUserIdBytes}),
                          .provider = nullptr,
                          .purpose = purpose_field(fields),
                          .now = time_field(fields, "now")};
        BYOK_CHECK(fields.finish());
        BYOK_TRY(provider, provider_named(provider_id));
        demand.provider = provider;
        BYOK_TRY(opened, open_sealed_key(secrets, view(sealed, sealed_size), demand));
        return give(out, std::vector<ByteView>{opened.id.bytes, std::as_const(opened.key).expose()});
    });
}

StatusCode byok_platform_cache(Handle platform, Bytes sealed, Size sealed_size, Bytes json, Size json_size,
                               Out* out) {
    return with_cache_demand(
        platform, view(json, json_size), [&](const Secrets& secrets, const CacheDemand& demand) -> Status {
            BYOK_TRY(cached, cache_sealed_key(secrets, view(sealed, sealed_size), demand));
            return give(out,
                        Json{{"sealId", hex_json(cached.id.bytes)},
                             {"expires", cached.expires.ms},
                             {"keyTag", hex_json(cached.key_tag)}},
                        cached.bytes);
        });
}

StatusCode byok_platform_open_cached(Handle platform, Bytes cached, Size cached_size, Bytes json,
                                     Size json_size, Out* out) {
    return with_cache_demand(
        platform, view(json, json_size), [&](const Secrets& secrets, const CacheDemand& demand) -> Status {
            BYOK_TRY(opened, open_cached_key(secrets, view(cached, cached_size), demand));
            return give(out,
                        Json{{"sealId", hex_json(opened.id.bytes)},
                             {"issued", opened.issued.ms},
                             {"expires", opened.expires.ms}},
                        std::as_const(opened.key).expose());
        });
}

StatusCode byok_platform_user_tags(Handle platform, Bytes user, Size user_size, Out* out) {
    return with_platform(platform, [&](const Secrets& secrets) -> Status {
        BYOK_TRY(tags, user_tags(secrets, as_text(user, user_size)));
        return give(out, std::vector<ByteView>(tags.begin(), tags.end()));
    });
}

StatusCode byok_route(Bytes json, Size json_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(step, route_json(view(json, json_size)));
        return give(out, std::string_view(step));
    });
}

StatusCode byok_platform_tags(Handle platform, Bytes purpose, Size purpose_size, Bytes message,
                              Size message_size, Out* out) {
    return with_platform(platform, [&](const Secrets& secrets) -> Status {
        std::vector<Tag> tags;
        tags.reserve(secrets.size());
        for (const PlatformSecret& secret : secrets) {
            BYOK_TRY(tag, secret.tag(as_text(purpose, purpose_size), view(message, message_size)));
            tags.push_back(tag);
        }
        return give(out, std::vector<ByteView>(tags.begin(), tags.end()));
    });
}

StatusCode byok_test_request(Bytes provider, Size provider_size, Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(row, provider_named(as_text(provider, provider_size)));
        return give(out, std::string_view(test_request_json(*row)));
    });
}

StatusCode byok_read_answer(Bytes json, Size json_size, Bytes body, Size body_size, Bytes key, Size key_size,
                            Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(document, parse_json(view(json, json_size)));
        JsonFields fields(document);
        const std::string_view provider_id = fields.text("provider", {1, 64});
        const ProviderAnswer answer{.http_status =
                                        static_cast<std::uint16_t>(fields.number("status", {0, UINT16_MAX})),
                                    .body = view(body, body_size),
                                    .truncated = fields.flag("truncated")};
        BYOK_CHECK(fields.finish());
        BYOK_TRY(provider, provider_named(provider_id));
        const Verdict verdict = read_answer(*provider, answer, read_shape(view(key, key_size)));
        return give(out, text_json(verdict_name(verdict)));
    });
}

StatusCode byok_redact(Bytes text, Size text_size, Bytes known, Size known_size, Out* out) {
    return run([&]() -> Status {
        std::vector<ByteView> secrets;
        if (!read_bundle(view(known, known_size), kMaxKnownSecrets, secrets))
            return Status::bad_argument;
        BYOK_TRY(clean, redact(view(text, text_size), secrets));
        return give(out, std::string_view(clean));
    });
}
