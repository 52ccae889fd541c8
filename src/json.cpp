#include "json.h"

#include <algorithm>
#include <utility>

namespace byok {
namespace {

bool is_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

/// Builds the tree from the library's events. The library's own builder knows no depth limit and lets the
/// last of two equal names win; its parser below is iterative, so a depth checked here is a depth never
/// reached.
class BoundedBuilder {
  public:
    explicit BoundedBuilder(std::size_t max_depth) : max_depth_(max_depth) {}

    Json take_root() noexcept { return std::move(root_); }

    // The names and signatures below are the library's SAX interface.
    using string_t = Json::string_t;
    bool null() { return add(Json(nullptr)) != nullptr; }
    bool boolean(bool value) { return add(Json(value)) != nullptr; }
    bool number_integer(Json::number_integer_t value) { return add(Json(value)) != nullptr; }
    bool number_unsigned(Json::number_unsigned_t value) { return add(Json(value)) != nullptr; }
    bool number_float(Json::number_float_t value, const string_t& /*spelling*/) {
        return add(Json(value)) != nullptr;
    }
    bool string(string_t& value) { return add(Json(std::move(value))) != nullptr; }
    bool binary(Json::binary_t& /*value*/) { return false; }
    bool start_object(std::size_t /*size*/) { return open(Json(Json::value_t::object)); }
    bool start_array(std::size_t /*size*/) { return open(Json(Json::value_t::array)); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(string_t& name) {
        const auto* object = open_.back()->get_ptr<const Json::object_t*>();
        if (object->find(name) != object->end())
            return false;
        name_ = std::move(name);
        return true;
    }
    bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Json::exception& /*why*/) {
        return false;
    }

  private:
    Json* add(Json&& value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        if (auto* object = open_.back()->get_ptr<Json::object_t*>()) {
            return &object->emplace(std::move(name_), std::move(value)).first->second;
        }
        auto* array = open_.back()->get_ptr<Json::array_t*>();
        return &array->emplace_back(std::move(value));
    }
    bool open(Json&& container) {
        if (open_.size() >= max_depth_)
            return false;
        open_.push_back(add(std::move(container)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    std::size_t max_depth_;
    Json root_;
    std::vector<Json*> open_; // a parent never grows while a child is open, so these stay valid
    std::string name_;
};

const Json& empty_array() noexcept {
    static const Json kEmpty = Json::array();
    return kEmpty;
}

const Json& empty_object() noexcept {
    static const Json kEmpty = Json::object();
    return kEmpty;
}

const Json* member(const Json& value, std::string_view name) noexcept {
    const auto* object = value.get_ptr<const Json::object_t*>();
    if (object == nullptr)
        return nullptr;
    const auto found = object->find(std::string(name));
    return found == object->end() ? nullptr : &found->second;
}

} // namespace

Result<Json> parse_json(ByteView text, const JsonLimits& limits) noexcept {
    if (text.empty() || text.size() > limits.max_bytes)
        return Status::json_refused;
    if (text.front() == 0xEF)
        return Status::json_refused; // the library would skip a byte order mark
    // The library takes a NUL for the end of the input and would not see what follows it.
    if (std::find(text.begin(), text.end(), std::uint8_t{0}) != text.end())
        return Status::json_refused;

    BoundedBuilder builder(limits.max_depth);
    const auto* first = text.data();
    if (!Json::sax_parse(first, first + text.size(), &builder))
        return Status::json_refused;
    return builder.take_root();
}

std::string to_json_text(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

JsonFields::JsonFields(const Json& object) noexcept : object_(object), refused_(!object.is_object()) {}

const Json* JsonFields::take(std::string_view name) noexcept {
    const Json* value = member(object_, name);
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
    const auto* text = value.get_ptr<const std::string*>();
    if (text == nullptr || text->size() < bytes.min || text->size() > bytes.max ||
        std::any_of(text->begin(), text->end(), is_control)) {
        refused_ = true;
        return {};
    }
    return *text;
}

std::uint64_t JsonFields::read_number(const Json& value, const NumberRange& range) noexcept {
    const auto* number = value.get_ptr<const Json::number_unsigned_t*>();
    if (number == nullptr || *number < range.min || *number > range.max) {
        refused_ = true;
        return 0;
    }
    return *number;
}

bool JsonFields::read_flag(const Json& value) noexcept {
    const auto* flag = value.get_ptr<const bool*>();
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
        at = member(*at, name);
        if (at == nullptr)
            return nullptr;
    }
    return at;
}

std::string_view json_text(const Json& value, std::initializer_list<std::string_view> path) noexcept {
    const Json* found = json_find(value, path);
    const auto* text = found == nullptr ? nullptr : found->get_ptr<const std::string*>();
    return text == nullptr ? std::string_view{} : std::string_view(*text);
}

std::optional<double> json_number(const Json& value, std::initializer_list<std::string_view> path) noexcept {
    const Json* found = json_find(value, path);
    if (found == nullptr)
        return std::nullopt;
    // Order matters: an unsigned number answers to the signed type too.
    if (const auto* natural = found->get_ptr<const Json::number_unsigned_t*>())
        return static_cast<double>(*natural);
    if (const auto* whole = found->get_ptr<const Json::number_integer_t*>())
        return static_cast<double>(*whole);
    if (const auto* real = found->get_ptr<const Json::number_float_t*>())
        return *real;
    return std::nullopt;
}

std::optional<bool> json_flag(const Json& value, std::initializer_list<std::string_view> path) noexcept {
    const Json* found = json_find(value, path);
    const auto* flag = found == nullptr ? nullptr : found->get_ptr<const bool*>();
    return flag == nullptr ? std::nullopt : std::optional<bool>(*flag);
}

} // namespace byok
