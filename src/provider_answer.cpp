#include "byok/provider_answer.h"

#include "json.h"

#include <algorithm>
#include <array>
#include <optional>

namespace byok {
namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains_ignoring_case(std::string_view text, std::string_view words) noexcept {
    return std::search(text.begin(), text.end(), words.begin(), words.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

/// Follows a path of member names joined by dots.
const Json* at_path(const Json& body, std::string_view path) noexcept {
    const Json* value = &body;
    while (value != nullptr && !path.empty()) {
        const std::size_t dot = path.find('.');
        value = json_find(*value, {path.substr(0, dot)});
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    }
    return value;
}

/// Looks only where providers put their reasons, so that a model's name or an echo elsewhere can't decide.
bool error_part_says(const Json& body, std::string_view words) noexcept {
    const Json* error = json_find(body, {"error"});
    const std::array texts{
        json_text(body, {"error"}),
        json_text(body, {"message"}),
        json_text(body, {"detail"}),
        json_text(body, {"code"}),
        json_text(body, {"error", "message"}),
        json_text(body, {"error", "code"}),
        json_text(body, {"error", "type"}),
        json_text(body, {"error", "status"}),
    };
    if (std::any_of(texts.begin(), texts.end(),
                    [&](std::string_view text) { return contains_ignoring_case(text, words); })) {
        return true;
    }
    // Google's google.rpc.ErrorInfo: error.details[].reason
    const Json* details = error == nullptr ? nullptr : json_find(*error, {"details"});
    return details != nullptr && details->is_array() &&
           std::any_of(details->begin(), details->end(), [&](const Json& detail) {
               return contains_ignoring_case(json_text(detail, {"reason"}), words);
           });
}

bool holds(const AnswerRule& rule, const Json* body) noexcept {
    if (body == nullptr || !body->is_object())
        return false;
    if (rule.test == BodyTest::object)
        return true;
    if (rule.test == BodyTest::says)
        return error_part_says(*body, rule.what);

    const Json* value = at_path(*body, rule.what);
    if (value == nullptr)
        return false;
    if (rule.test == BodyTest::not_positive) {
        const std::optional<double> number = json_number(*value, {});
        return number.has_value() && *number <= 0;
    }
    return json_flag(*value, {}) == std::optional<bool>(rule.test == BodyTest::is_true);
}

bool is_good_answer(const AnswerShape& shape, const Json& body) noexcept {
    if (body.is_array())
        return shape.bare_array_too;
    const Json* member = json_find(body, {shape.member});
    if (member == nullptr)
        return false;
    switch (shape.type) {
    case BodyMember::array:
        return member->is_array();
    case BodyMember::object:
        return member->is_object();
    case BodyMember::text:
        return member->is_string();
    case BodyMember::flag:
        return member->is_boolean();
    }
    return false;
}

Verdict read_status_and_body(const ProviderCalls& calls, std::uint16_t status, const Json* body) noexcept {
    // A 200 that is not the provider's says nothing, whatever its members seem to say.
    if (status == 200 && (body == nullptr || !is_good_answer(calls.good_answer, *body)))
        return Verdict::provider_down;
    for (const AnswerRule& rule : calls.rules) {
        if (rule.status == status && holds(rule, body))
            return rule.verdict;
    }
    if (status == 200)
        return Verdict::valid;
    if (status == 429)
        return Verdict::rate_limited;
    if (status >= 500 && status <= 599)
        return Verdict::provider_down;
    if (status >= 300 && status <= 399)
        return Verdict::unreachable;
    return Verdict::unknown;
}

} // namespace

Verdict read_answer(const Provider& provider, const ProviderCalls& calls, const ProviderAnswer& answer,
                    const ShapeHint& key_shape) noexcept {
    std::optional<Json> body;
    if (!answer.truncated) {
        Result<Json> parsed = parse_json(answer.body, {.max_bytes = kMaxAnswerBytes});
        if (parsed.ok())
            body = std::move(parsed).value();
    }
    const Verdict verdict = read_status_and_body(calls, answer.http_status, body ? &*body : nullptr);
    const bool shaped_like_another =
        key_shape.looks_like != nullptr && key_shape.looks_like->id != provider.id;
    return verdict == Verdict::invalid && shaped_like_another ? Verdict::wrong_provider : verdict;
}

} // namespace byok
