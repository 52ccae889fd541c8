#include "byok/catalogue_json.h"

#include "json.h"

#include <utility>

namespace byok {
namespace {

/// The library's own conversions expect std::string.
Json text(std::string_view value) {
    return Json(std::string(value));
}

} // namespace

std::string catalogue_json() {
    Json rows = Json::array();
    for (const Provider& provider : providers()) {
        Json row = Json::object();
        row["id"] = text(provider.id);
        row["name"] = text(provider.name);
        row["keysPage"] = text(provider.keys_page);
        row["keyHint"] = text(provider.key_hint);
        row["featured"] = rows.size() < kFeaturedProviders;
        rows.push_back(std::move(row));
    }
    return to_json_text(rows);
}

std::string test_request_json(const Provider& provider) {
    Json headers = Json::array();
    for (const RequestHeader& header : provider.test.headers) {
        Json row = Json::object();
        row["name"] = text(header.name);
        row["value"] = text(header.value);
        row["carriesKey"] = header.carries_key;
        headers.push_back(std::move(row));
    }
    Json request = Json::object();
    request["method"] = text(provider.test.method);
    request["url"] = text(provider.test.url);
    request["headers"] = std::move(headers);
    request["chat"] = Json{{"dialect", text(dialect_name(provider.chat.dialect))},
                           {"model", text(provider.chat.model)},
                           {"url", text(provider.chat.url)}};
    request["transcribe"] = provider.transcribe.url.empty() ? Json(nullptr)
                                                            : Json{{"model", text(provider.transcribe.model)},
                                                                   {"url", text(provider.transcribe.url)}};
    return to_json_text(request);
}

} // namespace byok
