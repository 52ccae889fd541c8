#include "json.h"

#include "json_text.h"

#include <algorithm>
#include <utility>

namespace byok {
namespace {

bool is_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

const Json& empty_array() noexcept {
    static const Json kEmpty = Json::array();
    return kEmpty;
}

const Json& empty_object() noexcept {
    static const Json kEmpty = Json::object();
    return kEmpty;
}

} // namespace

Result<Json> parse_json(ByteView text, const JsonLimits& limits) noexcept {
    if (text.size() > limits.max_bytes)
        return Status::json_refused;
    std::optional<Json> json = read_json(text, limits.max_depth);
    if (!json)
        return Status::json_refused;
    return std::move(*json);
}

std::string to_json_text(const Json& value) {
    return write_json(value);
}

JsonFields::JsonFields(const Json& object) noexcept : object_(object), refused_(!object.is_object()) {
    known_.reserve(object.size());
}

const Json* JsonFields::take(std::string_view name) noexcept {
    const Json* value = object_.find(name);
    if (value != nullptr && std::find(known_.begin(), known_.end(), value) == known_.end())
        known_.push_back(value);
    return value;
}

const Json* JsonFields::take_required(std::string_view name) noexcept {
    const Json* value = take(name);
    if (value == nullptr)
        refused_ = true;
    return value;
}

std::string_view JsonFields::read_text(const Json& value, const TextRange& bytes) noexcept {
    const auto* text = value.as_text();
    if (text == nullptr || text->size() < bytes.min || text->size() > bytes.max ||
        std::any_of(text->begin(), text->end(), is_control)) {
        refused_ = true;
        return {};
    }
    return *text;
}

std::uint64_t JsonFields::read_number(const Json& value, const NumberRange& range) noexcept {
    const auto* number = value.as_natural();
    if (number == nullptr || *number < range.min || *number > range.max) {
        refused_ = true;
        return 0;
    }
    return *number;
}

bool JsonFields::read_flag(const Json& value) noexcept {
    const auto* flag = value.as_flag();
    if (flag == nullptr)
        refused_ = true;
    return flag != nullptr && *flag;
}

std::string_view JsonFields::text(std::string_view name, const TextRange& bytes) noexcept {
    const Json* value = take_required(name);
    return value == nullptr ? std::string_view{} : read_text(*value, bytes);
}

std::optional<std::string_view> JsonFields::optional_text(std::string_view name,
                                                          const TextRange& bytes) noexcept {
    const Json* value = take(name);
    if (value == nullptr)
        return std::nullopt;
    return read_text(*value, bytes);
}

std::uint64_t JsonFields::number(std::string_view name, const NumberRange& range) noexcept {
    const Json* value = take_required(name);
    return value == nullptr ? 0 : read_number(*value, range);
}

std::optional<std::uint64_t> JsonFields::optional_number(std::string_view name,
                                                         const NumberRange& range) noexcept {
    const Json* value = take(name);
    if (value == nullptr)
        return std::nullopt;
    return read_number(*value, range);
}

bool JsonFields::flag(std::string_view name) noexcept {
    const Json* value = take_required(name);
    return value != nullptr && read_flag(*value);
}

std::optional<bool> JsonFields::optional_flag(std::string_view name) noexcept {
    const Json* value = take(name);
    if (value == nullptr)
        return std::nullopt;
    return read_flag(*value);
}

const Json& JsonFields::array(std::string_view name, std::size_t max_items) noexcept {
    const Json* value = take_required(name);
    if (value != nullptr && value->is_array() && value->size() <= max_items)
        return *value;
    refused_ = true;
    return empty_array();
}

const Json& JsonFields::object(std::string_view name) noexcept {
    const Json* value = take_required(name);
    if (value != nullptr && value->is_object())
        return *value;
    refused_ = true;
    return empty_object();
}

Status JsonFields::finish() const noexcept {
    return refused_ || known_.size() != object_.size() ? Status::json_refused : Status::ok;
}

const Json* json_find(const Json& value, std::initializer_list<std::string_view> path) noexcept {
    const Json* at = &value;
    for (const std::string_view name : path) {
        at = at->find(name);
        if (at == nullptr)
            return nullptr;
    }
    return at;
}

std::string_view json_text(const Json& value, std::initializer_list<std::string_view> path) noexcept {
    const Json* found = json_find(value, path);
    const auto* text = found == nullptr ? nullptr : found->as_text();
    return text == nullptr ? std::string_view{} : std::string_view(*text);
}

std::optional<double> json_number(const Json& value, std::initializer_list<std::string_view> path) noexcept {
    const Json* found = json_find(value, path);
    if (found == nullptr)
        return std::nullopt;
    if (const auto* natural = found->as_natural())
        return static_cast<double>(*natural);
    if (const auto* negative = found->as_negative())
        return static_cast<double>(*negative);
    if (const auto* real = found->as_real())
        return to_double(*real);
    return std::nullopt;
}

std::optional<bool> json_flag(const Json& value, std::initializer_list<std::string_view> path) noexcept {
    const Json* found = json_find(value, path);
    const auto* flag = found == nullptr ? nullptr : found->as_flag();
    return flag == nullptr ? std::nullopt : std::optional<bool>(*flag);
}

} // namespace byok
