#include "byok/secret_bytes.h"

#include <algorithm>
#include <new>

namespace byok {

Result<SecretBytes> SecretBytes::make(std::size_t size) noexcept {
    SecretBytes bytes;
    if (size == 0)
        return bytes;
    // The allocation goes through operator new so that the tests can watch each block on its way back.
    bytes.data_ = new (std::nothrow) std::uint8_t[size]();
    if (bytes.data_ == nullptr)
        return Status::out_of_memory;
    bytes.size_ = size;
    bytes.capacity_ = size;
    return bytes;
}

Result<SecretBytes> SecretBytes::copy_of(ByteView bytes) noexcept {
    BYOK_TRY(copy, make(bytes.size()));
    std::copy(bytes.begin(), bytes.end(), copy.data_);
    return std::move(copy);
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        reset();
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
        capacity_ = std::exchange(other.capacity_, 0);
    }
    return *this;
}

SecretBytes::~SecretBytes() {
    reset();
}

void SecretBytes::shrink(std::size_t size) noexcept {
    if (size > size_)
        __builtin_trap();
    wipe({data_ + size, size_ - size});
    size_ = size;
}

void SecretBytes::reset() noexcept {
    wipe({data_, capacity_});
    delete[] data_;
    data_ = nullptr;
    size_ = 0;
    capacity_ = 0;
}

} // namespace byok
