/// Which provider a pasted key looks like (E12). Hints only, never a refusal: providers change their
/// prefixes.
#pragma once

#include "byok/provider.h"
#include "byok/secret_bytes.h"

namespace byok {

struct ShapeHint {
    const Provider* looks_like = nullptr; ///< the provider whose shape fits best; null where none is known to
    bool not_for_inference = false;       ///< an administrator's key (sk-admin-, sk-ant-admin01-)
};

/// The shape with the longest fitting prefix. Total: any bytes give a hint.
ShapeHint read_shape(ByteView key) noexcept;

/// Whether a character may stand after a prefix.
bool is_in_alphabet(std::uint8_t character, KeyAlphabet alphabet) noexcept;

} // namespace byok
