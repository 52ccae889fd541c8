/// One JSON object without others in it, read from front to back, member by member. The vault's module reads
/// nothing else, so values of any shape (json.h) and all that they need are not in it: 3 KB with brotli.
#pragma once

#include "json_scan.h"

namespace byok {

/// As strict as parse_json(), but that a name may stand there twice, which whoever knows the names sees to,
/// and that a number may be beyond all doubles, which is told as any other that is not natural.
class FlatJson {
  public:
    enum class Kind : std::uint8_t { text, natural, other };

    explicit FlatJson(ByteView text) noexcept : in_(text) {}

    /// Goes on to the next member; false at the end, and where it is no such object.
    bool next();
    /// After the last one: whether all of it was one object, and is read.
    [[nodiscard]] bool finished() const noexcept { return state_ == State::finished; }

    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

  private:
    enum class State : std::uint8_t { begin, between, failed, finished };

    bool member();
    bool value();

    JsonScanner in_;
    State state_ = State::begin;
    Kind kind_ = Kind::other;
    std::string name_;
    std::string text_;
    std::uint64_t number_ = 0;
};

} // namespace byok
