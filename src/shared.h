/// One value with several owners, counted, within one thread. std::shared_ptr destroys what it holds through
/// a virtual call, which brought 2.4 KB of the runtime's type information into a module that has none.
#pragma once

#include <cstddef>
#include <utility>

namespace byok {

template <typename T>
class Shared {
  public:
    Shared() noexcept = default;
    Shared(std::nullptr_t) noexcept {} // NOLINT(google-explicit-constructor)
    explicit Shared(T value) : held_(new Held{std::move(value), 1}) {}
    Shared(const Shared& other) noexcept : held_(other.held_) {
        if (held_ != nullptr)
            ++held_->owners;
    }
    Shared(Shared&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
    Shared& operator=(Shared other) noexcept {
        std::swap(held_, other.held_);
        return *this;
    }
    ~Shared() {
        if (held_ != nullptr && --held_->owners == 0)
            delete held_;
    }

    const T& operator*() const noexcept { return held_->value; }
    const T* operator->() const noexcept { return &held_->value; }
    explicit operator bool() const noexcept { return held_ != nullptr; }
    friend bool operator==(const Shared& a, const Shared& b) noexcept { return a.held_ == b.held_; }

  private:
    struct Held {
        T value;
        std::size_t owners;
    };

    Held* held_ = nullptr;
};

} // namespace byok
