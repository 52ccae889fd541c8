#include "json_value.h"

#include <algorithm>
#include <span>
#include <utility>

namespace byok {
namespace {

/// The member of that name among them, or one behind the last. One after the other: what is read by name has
/// few members, and to sort them costs more than it saves.
template <typename Member>
Member* find_in(std::span<Member> members, std::string_view name) noexcept {
    Member* member = members.data();
    while (member != members.data() + members.size() && member->name != name)
        ++member;
    return member;
}

bool has_twins(std::span<const JsonMember> members) {
    constexpr std::size_t kFew = 16;
    if (members.size() <= kFew) {
        for (std::size_t i = 1; i < members.size(); ++i)
            if (find_in(members.first(i), members[i].name) != &members[i])
                return true;
        return false;
    }
    std::vector<std::string_view> names;
    names.reserve(members.size());
    for (const JsonMember& member : members)
        names.emplace_back(member.name);
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
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
    std::get_if<Members>(&value_)->reserve(fields.size());
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

Json Json::from_flag(bool value) noexcept {
    Json json;
    json.value_ = value;
    return json;
}

Json Json::from_natural(std::uint64_t value) noexcept {
    Json json;
    json.value_ = value;
    return json;
}

Json Json::from_whole(std::int64_t value) noexcept {
    return value < 0 ? negative(value) : from_natural(static_cast<std::uint64_t>(value));
}

bool Json::make_object(Members members, Json& out) {
    if (has_twins(members))
        return false;
    out.value_ = std::move(members);
    return true;
}

const bool* Json::as_flag() const noexcept {
    return std::get_if<bool>(&value_);
}
const std::uint64_t* Json::as_natural() const noexcept {
    return std::get_if<std::uint64_t>(&value_);
}
const std::int64_t* Json::as_negative() const noexcept {
    return std::get_if<std::int64_t>(&value_);
}
const std::string* Json::as_text() const noexcept {
    return std::get_if<std::string>(&value_);
}
const JsonReal* Json::as_real() const noexcept {
    return std::get_if<JsonReal>(&value_);
}
const Json::Items* Json::as_items() const noexcept {
    return std::get_if<Items>(&value_);
}
const Json::Members* Json::as_members() const noexcept {
    return std::get_if<Members>(&value_);
}

const Json* Json::find(std::string_view name) const noexcept {
    const Members* const members = as_members();
    if (members == nullptr)
        return nullptr;
    const JsonMember* const member = find_in(std::span(*members), name);
    return member == members->data() + members->size() ? nullptr : &member->value;
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
    JsonMember* const member = find_in(std::span(*held), name);
    if (member != held->data() + held->size())
        return member->value;
    return held->emplace_back(JsonMember{std::string(name), Json()}).value;
}

} // namespace byok
