/// A value or the reason why there is none. The core has no exceptions: every call that can fail returns one
/// of these.
#pragma once

#include "byok/status.h"

#include <optional>
#include <utility>

namespace byok {

/// Holds a T, or a Status other than ok. Reading the value of a failure is a programming error and traps.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value)
        : value_(std::move(value)) {} // NOLINT(google-explicit-constructor): `return value;` reads best
    Result(Status status) : status_(status) { // NOLINT(google-explicit-constructor)
        if (status == Status::ok)
            __builtin_trap(); // success must carry a value
    }

    [[nodiscard]] bool ok() const noexcept { return value_.has_value(); }
    [[nodiscard]] Status status() const noexcept { return status_; }

    T& value() & noexcept {
        if (!value_)
            __builtin_trap();
        return *value_;
    }
    const T& value() const& noexcept {
        if (!value_)
            __builtin_trap();
        return *value_;
    }
    T&& value() && noexcept {
        if (!value_)
            __builtin_trap();
        return std::move(*value_);
    }

  private:
    std::optional<T> value_;
    Status status_ = Status::ok;
};

} // namespace byok

/// Runs `expression` (a Result); on failure returns its status from the enclosing function, else binds the
/// value to `name`.
#define BYOK_TRY(name, expression)     \
    auto name##_result = (expression); \
    if (!name##_result.ok())           \
        return name##_result.status(); \
    auto& name = name##_result.value()

/// Runs `expression` (a Status); anything but ok is returned from the enclosing function.
#define BYOK_CHECK(expression)                                                                              \
    do {                                                                                                    \
        if (const ::byok::Status byok_check_status = (expression); byok_check_status != ::byok::Status::ok) \
            return byok_check_status;                                                                       \
    } while (false)
