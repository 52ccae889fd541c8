/// One value of a JSON document (RFC 8259), of our own: what the core needs of JSON and nothing else. A
/// general library in its place made platform.wasm 52 KB with brotli instead of 33. vault.wasm does without
/// either (flat_json.h).
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace byok {

struct JsonField;
struct JsonMember;

/// A number that is no whole one, or too large for one, as it was spelled.
struct JsonReal {
    std::string spelling;
};

/// Moves, and is never copied. Objects keep their members in the order in which they came.
class Json {
  public:
    using Items = std::vector<Json>;
    using Members = std::vector<JsonMember>;

    Json() noexcept;
    Json(std::nullptr_t) noexcept;
    template <std::same_as<bool> Flag>
    Json(Flag value) noexcept : Json(from_flag(value)) {}
    template <std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>) Json(Number value)
    noexcept : Json(from_natural(value)) {}
    /// A whole number that is not negative answers as a natural one, however it was written.
    template <std::signed_integral Number>
    Json(Number value) noexcept : Json(from_whole(value)) {}
    Json(std::string text);
    Json(JsonReal real);
    /// An object. The fields are moved from.
    Json(std::initializer_list<JsonField> fields);
    Json(Json&& other) noexcept;
    Json& operator=(Json&& other) noexcept;
    Json(const Json&) = delete;
    Json& operator=(const Json&) = delete;
    ~Json();

    static Json object();
    static Json array();
    /// -0 stays a negative number, which no field of ours takes.
    static Json negative(std::int64_t value) noexcept;
    /// An object of members in any order. @return false, and `out` as it was, where a name stands there
    /// twice.
    static bool make_object(Members members, Json& out);

    bool is_object() const noexcept { return as_members() != nullptr; }
    bool is_array() const noexcept { return as_items() != nullptr; }
    bool is_string() const noexcept { return as_text() != nullptr; }
    bool is_boolean() const noexcept { return as_flag() != nullptr; }
    const bool* as_flag() const noexcept;
    const std::uint64_t* as_natural() const noexcept;
    const std::int64_t* as_negative() const noexcept;
    const std::string* as_text() const noexcept;
    const JsonReal* as_real() const noexcept;
    const Items* as_items() const noexcept;
    const Members* as_members() const noexcept;
    /// The member of that name; null where there is none, or this is no object.
    const Json* find(std::string_view name) const noexcept;

    /// Of an array or object; 0 for anything else.
    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }
    /// Over the items of an array; nothing for anything else.
    const Json* begin() const noexcept;
    const Json* end() const noexcept;

    /// To an array; what is none becomes an empty one before.
    void push_back(Json item);
    /// The member of that name of an object, added where there is none; what is no object becomes one before.
    Json& operator[](std::string_view name);

  private:
    static Json from_flag(bool value) noexcept;
    static Json from_natural(std::uint64_t value) noexcept;
    static Json from_whole(std::int64_t value) noexcept;

    std::variant<std::nullptr_t, bool, std::uint64_t, std::int64_t, std::string, JsonReal, Items, Members>
        value_;
};

struct JsonMember {
    std::string name;
    Json value;
};

/// A member as it is written down: `Json{{"name", value}, ...}`.
struct JsonField {
    std::string_view name;
    mutable Json value; // a list of fields can't be moved from otherwise
};

} // namespace byok
