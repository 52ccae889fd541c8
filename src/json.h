/// The one JSON reader of the core: bounded, strict, total. No input can throw, overflow the stack or exhaust
/// memory.
///
/// Our own documents (record metas, arguments) are closed: read them through JsonFields and return finish(),
/// which refuses what was not asked for. Answers of others are open: look up what is of interest with
/// json_find and friends. No secret may pass through here: a Json value is ordinary memory that nobody wipes.
#pragma once

#include "byok/result.h"
#include "byok/secret_bytes.h"
#include "json_value.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace byok {

/// What a document may cost. Memory is at most about 20 times max_bytes.
struct JsonLimits {
    std::size_t max_bytes = std::size_t{64} * 1024;
    std::size_t max_depth = 16; ///< nested arrays and objects; `{}` has depth 1
};

/// One JSON text (RFC 8259). Refused are: more bytes or levels than allowed, a name twice in one object (two
/// readers would see two values), ill-formed UTF-8, lone surrogates, a byte order mark, a NUL byte anywhere,
/// numbers beyond a double, anything after the value.
/// @return json_refused, whatever the reason.
Result<Json> parse_json(ByteView text, const JsonLimits& limits = {}) noexcept;

/// The value as compact text, members in their order; ill-formed UTF-8 in a string becomes U+FFFD.
std::string to_json_text(const Json& value);

/// Bounds of a string in bytes, both inclusive.
struct TextRange {
    std::size_t min = 0;
    std::size_t max = 0;
};

/// Bounds of an integer, both inclusive.
struct NumberRange {
    std::uint64_t min = 0;
    std::uint64_t max = 0;
};

/// Reads the fields of one closed object. Each getter notes its field as known and, where the field is
/// missing, of another type or out of range, remembers the failure and gives an empty value; finish() tells
/// at the end.
///
///     JsonFields fields(json);
///     const auto provider = fields.text("provider", {1, 32});
///     const auto added = fields.number("added", {0, kMaxWallMs});
///     BYOK_CHECK(fields.finish());
///
/// Views point into the Json value, which must outlive them.
class JsonFields {
  public:
    explicit JsonFields(const Json& object) noexcept;
    explicit JsonFields(Json&& object) = delete; // the views would outlive it

    /// A string without control characters (U+0000-U+001F, U+007F).
    std::string_view text(std::string_view name, const TextRange& bytes) noexcept;
    /// The same; nothing where the field is absent (null is not absence, and is refused).
    std::optional<std::string_view> optional_text(std::string_view name, const TextRange& bytes) noexcept;
    /// A whole number, written without a fraction or an exponent.
    std::uint64_t number(std::string_view name, const NumberRange& range) noexcept;
    std::optional<std::uint64_t> optional_number(std::string_view name, const NumberRange& range) noexcept;
    bool flag(std::string_view name) noexcept;
    std::optional<bool> optional_flag(std::string_view name) noexcept;
    /// An array of at most `max_items`; the empty array where it is refused. Its items are the caller's to
    /// check.
    const Json& array(std::string_view name, std::size_t max_items) noexcept;
    /// A nested object, to be read by JsonFields of its own; the empty object where it is refused.
    const Json& object(std::string_view name) noexcept;

    /// Marks the document as refused for a reason only the caller knows (an unknown enum name, say).
    void refuse() noexcept { refused_ = true; }
    /// json_refused where a getter failed, or a field is left that no getter asked for.
    [[nodiscard]] Status finish() const noexcept;

  private:
    const Json* take(std::string_view name) noexcept;
    const Json* take_required(std::string_view name) noexcept;
    std::string_view read_text(const Json& value, const TextRange& bytes) noexcept;
    std::uint64_t read_number(const Json& value, const NumberRange& range) noexcept;
    bool read_flag(const Json& value) noexcept;

    const Json& object_;
    std::vector<const Json*> known_; // the fields that were asked for and are there
    bool refused_ = false;
};

/// The value at a path of object members, or null where any step is missing or not an object.
const Json* json_find(const Json& value, std::initializer_list<std::string_view> path) noexcept;
/// The string at a path; empty where there is none.
std::string_view json_text(const Json& value, std::initializer_list<std::string_view> path) noexcept;
/// The number at a path, of whatever JSON spelling.
std::optional<double> json_number(const Json& value, std::initializer_list<std::string_view> path) noexcept;
/// The boolean at a path.
std::optional<bool> json_flag(const Json& value, std::initializer_list<std::string_view> path) noexcept;

} // namespace byok
