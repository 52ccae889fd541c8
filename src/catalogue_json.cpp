#include "byok/catalogue_json.h"

#include "json.h"
#include "json_writer.h"

#include <utility>

namespace byok {
namespace {

/// The library's own conversions expect std::string.
Json text(std::string_view value) {
    return Json(std::string(value));
}

} // namespace

std::string catalogue_json() {
    JsonWriter out;
    std::size_t row = 0;
    for (const Provider& provider : providers()) {
        out.raw(row == 0 ? "[{\"featured\":" : ",{\"featured\":").flag(row < kFeaturedProviders);
        out.raw(",\"id\":").text(provider.id);
        out.raw(",\"keyHint\":").text(provider.key_hint);
        out.raw(",\"keysPage\":").text(provider.keys_page);
        out.raw(",\"name\":").text(provider.name).raw("}");
        ++row;
    }
    return std::move(out.raw("]")).take();
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
