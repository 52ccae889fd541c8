#include "json_value.h"

#include <algorithm>
#include <utility>

namespace byok {
namespace {

bool is_before(const JsonMember& member, std::string_view name) noexcept {
    return member.name < name;
}

} // namespace

Json::Json() noexcept : value_(nullptr) {}
Json::Json(std::nullptr_t) noexcept : value_(nullptr) {}
Json::Json(std::string text) : value_(std::move(text)) {}
Json::Json(JsonReal real) : value_(std::move(real)) {}
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;

Json::Json(std::initializer_list<JsonField> fields) : value_(Members()) {
    for (const JsonField& field : fields)
        (*this)[field.name] = std::move(field.value);
}

Json Json::object() {
    Json json;
    json.value_ = Members();
    return json;
}

Json Json::array() {
    Json json;
    json.value_ = Items();
    return json;
}

Json Json::negative(std::int64_t value) noexcept {
    Json json;
    json.value_ = value;
    return json;
}

Json Json::from_whole(std::int64_t value) noexcept {
    return value < 0 ? negative(value) : Json(static_cast<std::uint64_t>(value));
}

bool Json::make_object(Members members, Json& out) {
    std::sort(members.begin(), members.end(),
              [](const JsonMember& a, const JsonMember& b) { return a.name < b.name; });
    const auto twice =
        std::adjacent_find(members.begin(), members.end(),
                           [](const JsonMember& a, const JsonMember& b) { return a.name == b.name; });
    if (twice != members.end())
        return false;
    out.value_ = std::move(members);
    return true;
}

const Json* Json::find(std::string_view name) const noexcept {
    const Members* const members = as_members();
    if (members == nullptr)
        return nullptr;
    const auto place = std::lower_bound(members->begin(), members->end(), name, is_before);
    return place != members->end() && place->name == name ? &place->value : nullptr;
}

std::size_t Json::size() const noexcept {
    if (const Items* const items = as_items())
        return items->size();
    const Members* const members = as_members();
    return members == nullptr ? 0 : members->size();
}

const Json* Json::begin() const noexcept {
    const Items* const items = as_items();
    return items == nullptr ? nullptr : items->data();
}

const Json* Json::end() const noexcept {
    const Items* const items = as_items();
    return items == nullptr ? nullptr : items->data() + items->size();
}

void Json::push_back(Json item) {
    auto* items = std::get_if<Items>(&value_);
    if (items == nullptr)
        items = &value_.emplace<Items>();
    items->push_back(std::move(item));
}

Json& Json::operator[](std::string_view name) {
    auto* held = std::get_if<Members>(&value_);
    if (held == nullptr)
        held = &value_.emplace<Members>();
    Members& members = *held;
    auto place = std::lower_bound(members.begin(), members.end(), name, is_before);
    if (place == members.end() || place->name != name)
        place = members.insert(place, JsonMember{std::string(name), Json()});
    return place->value;
}

} // namespace byok
