/// The C ABI of the core: what JavaScript sees. No logic: each function unpacks its arguments, makes one call
/// and packs the result.
///
/// Three modules, each with what its place needs and nothing else: deriver.wasm (deriver.h), vault.wasm
/// (vault.h) and platform.wasm (platform.h). What stands here is in more than one of them.
///
/// - Bytes go in as pointer and length, in memory from byok_alloc that the caller gives back by byok_free.
/// - Every function that can fail returns a Status (include/byok/status.h); 0 = ok.
/// - A result comes through `out`, two u32 {pointer, length}, written only where the status is ok. Its memory
/// is the
///   caller's to give back by byok_free.
/// - Facts that are no secret come out as JSON; ids in it are 32 hex characters, times are milliseconds. What
/// goes
///   into the platform does so as strict JSON, too.
/// - Several byte strings travel as one bundle: u32 count, then for each u32 length | bytes (little-endian).
/// - Objects are named by handles: a kind, a generation and a place. A freed, invented or foreign handle is
/// bad_handle.
/// - Memory is zero when it is given back, and so is the stack below the call.
#pragma once

#include <cstddef>
#include <cstdint>

#define BYOK_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace byok::abi {

using Bytes = const std::uint8_t*;
using Size = std::uint32_t;
using Handle = std::uint32_t;
using StatusCode = std::int32_t;

/// A result: memory from byok_alloc.
struct Out {
    std::uint8_t* data;
    Size size;
};

} // namespace byok::abi

// clang-format off: one line a function reads best
// ---- In all three

/// Once, before anything else.
BYOK_EXPORT(byok_init) byok::abi::StatusCode byok_init();
/// @return null where there is no memory left.
BYOK_EXPORT(byok_alloc) std::uint8_t* byok_alloc(byok::abi::Size size);
/// Wipes, then frees. Null is fine.
BYOK_EXPORT(byok_free) void byok_free(std::uint8_t* memory);
// clang-format on
