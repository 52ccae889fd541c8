/// JSON text, written from front to back: what has a known shape needs no value to hold it first.
#pragma once

#include "byok/secret_bytes.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace byok {

class JsonWriter {
  public:
    /// Punctuation and names, as they stand.
    JsonWriter& raw(std::string_view json);
    /// A string; ill-formed UTF-8 in it becomes U+FFFD.
    JsonWriter& text(std::string_view value);
    JsonWriter& number(std::uint64_t value);
    JsonWriter& flag(bool value);
    /// A string of two lower-case digits for each byte.
    JsonWriter& hex(ByteView bytes);

    [[nodiscard]] std::string_view written() const noexcept { return out_; }
    std::string take() && noexcept { return std::move(out_); }

  private:
    std::string out_;
};

} // namespace byok
