#include "byok/catalogue_json.h"

#include "byok/provider_calls.h"
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
    const ProviderCalls& calls = calls_of(provider);
    Json headers = Json::array();
    for (const RequestHeader& header : calls.test.headers) {
        Json row = Json::object();
        row["name"] = text(header.name);
        row["value"] = text(header.value);
        row["carriesKey"] = header.carries_key;
        headers.push_back(std::move(row));
    }
    Json request = Json::object();
    request["method"] = text(calls.test.method);
    request["url"] = text(calls.test.url);
    request["headers"] = std::move(headers);
    request["chat"] = Json{{"dialect", text(dialect_name(calls.chat.dialect))},
                           {"model", text(calls.chat.model)},
                           {"url", text(calls.chat.url)}};
    request["transcribe"] = calls.transcribe.url.empty() ? Json(nullptr)
                                                         : Json{{"model", text(calls.transcribe.model)},
                                                                {"url", text(calls.transcribe.url)}};
    return to_json_text(request);
}

} // namespace byok
