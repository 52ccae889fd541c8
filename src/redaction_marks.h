/// Which bytes of a text are to be removed.
#pragma once

#include "byok/secret_bytes.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace byok {

/// Collects ranges that may overlap; each costs the same, however long it is, so that marking stays linear.
class RedactionMarks {
  public:
    explicit RedactionMarks(std::size_t text_size) : changes_(text_size + 1, 0) {}

    /// Marks [first, end).
    void mark(std::size_t first, std::size_t end) noexcept {
        ++changes_[first];
        --changes_[end];
    }

    /// The text with each marked stretch replaced.
    [[nodiscard]] std::string apply(ByteView text) const {
        constexpr const char* kReplacement = "[redacted]";
        std::string clean;
        clean.reserve(text.size());
        std::int32_t depth = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const std::int32_t before = depth;
            depth += changes_[i];
            if (depth == 0) {
                clean.push_back(static_cast<char>(text[i]));
            } else if (before == 0) {
                clean.append(kReplacement);
            }
        }
        return clean;
    }

  private:
    std::vector<std::int32_t> changes_; // how many ranges begin less how many end at each byte
};

} // namespace byok
