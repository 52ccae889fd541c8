/// What every function of the ABI does around its one call: takes its arguments apart, puts its result
/// together, and leaves no secret on the stack.
#pragma once

#include "abi.h"
#include "bundle.h"
#include "byok/provider.h"
#include "byok/result.h"
#include "memory.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace byok::abi {

constexpr std::uint64_t kMaxMs = (std::uint64_t{1} << 53) - 1; // what a JavaScript number holds exactly

// ---- In

inline ByteView view(Bytes data, Size size) noexcept {
    return {data, size};
}

inline std::string_view as_text(ByteView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string_view as_text(Bytes data, Size size) noexcept {
    return as_text(view(data, size));
}

inline Result<const Provider*> provider_named(std::string_view id) noexcept {
    const Provider* const provider = find_provider(id);
    if (provider == nullptr)
        return Status::unknown_provider;
    return provider;
}

// ---- Out

inline Status reserve(Out* out, std::size_t size) noexcept {
    auto* const data = static_cast<std::uint8_t*>(std::malloc(std::max<std::size_t>(size, 1)));
    if (data == nullptr)
        return Status::out_of_memory;
    *out = {data, static_cast<Size>(size)};
    return Status::ok;
}

inline Status give(Out* out, ByteView bytes) noexcept {
    BYOK_CHECK(reserve(out, bytes.size()));
    std::copy(bytes.begin(), bytes.end(), out->data);
    return Status::ok;
}

inline Status give(Out* out, std::string_view text) noexcept {
    return give(out, ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

inline Status give(Out* out, const std::vector<ByteView>& items) noexcept {
    BYOK_CHECK(reserve(out, bundle_size(items)));
    write_bundle(items, {out->data, out->size});
    return Status::ok;
}

template <typename Table, typename T>
Status place(Table& table, T value, Handle* handle) {
    *handle = table.add(std::move(value));
    return *handle == 0 ? Status::out_of_memory : Status::ok;
}

// ---- Around each call

/// @param call captures by value: it runs in a frame of its own, and a reference would be one more thing to
/// store there.
template <typename Call>
StatusCode run(const Call& call) {
    return static_cast<StatusCode>(Status{with_clean_stack(call)});
}

template <typename Table>
StatusCode end(Table& table, Handle handle) {
    return run([&]() -> Status { return table.remove(handle) ? Status::ok : Status::bad_handle; });
}

} // namespace byok::abi
