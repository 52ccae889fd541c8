/// The parts that a JSON text is made of (RFC 8259), one after the other.
#pragma once

#include "byok/secret_bytes.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace byok {

/// Takes what is next, or says that it is something else; then nothing more is to be read.
class JsonScanner {
  public:
    explicit JsonScanner(ByteView text) noexcept
        : rest_(reinterpret_cast<const char*>(text.data()), text.size()) {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    /// NUL at the end.
    [[nodiscard]] char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
    bool take(char c) noexcept;
    bool take_word(std::string_view word) noexcept;
    void skip_space() noexcept;
    /// A string, appended to `out` as it is meant.
    bool string(std::string& out);
    /// A number as it is spelled, and whether it has a fraction or an exponent.
    bool number(std::string_view& spelling, bool& real) noexcept;

  private:
    bool code_point(std::string& out);
    bool escape(std::string& out);
    bool utf16_unit(std::uint32_t& unit) noexcept;
    bool digits() noexcept;

    std::string_view rest_;
};

/// @return false where 64 bits do not hold it.
bool whole_number(std::string_view digits, std::uint64_t& value) noexcept;

} // namespace byok
