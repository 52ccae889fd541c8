#include "byok/app_origin.h"

#include "byok/manifest.h"

#include <cstddef>
#include <cstdint>

namespace byok {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kSchemeRest = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
constexpr std::string_view kHost = "abcdefghijklmnopqrstuvwxyz0123456789-._";
constexpr std::string_view kIpv6 = "0123456789abcdef:.";
constexpr std::size_t kMaxPortDigits = 5;

bool consists_of(std::string_view text, std::string_view allowed) noexcept {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_scheme(std::string_view text) noexcept {
    return consists_of(text, kSchemeRest) && kLetters.find(text.front()) != std::string_view::npos;
}

bool is_host(std::string_view text) noexcept {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']')
        return consists_of(text.substr(1, text.size() - 2), kIpv6);
    return consists_of(text, kHost);
}

bool is_port(std::string_view text) noexcept {
    if (text.empty() || text.size() > kMaxPortDigits || text.front() == '0')
        return false;
    if (!consists_of(text, kDigits))
        return false;
    std::uint32_t port = 0;
    for (const char digit : text)
        port = port * 10 + static_cast<std::uint32_t>(digit - '0');
    return port <= UINT16_MAX;
}

} // namespace

bool is_app_origin(std::string_view text) noexcept {
    constexpr std::string_view kSeparator = "://";
    const std::size_t scheme_end = text.find(kSeparator);
    if (text.size() > kMaxOriginBytes || scheme_end == std::string_view::npos ||
        !is_scheme(text.substr(0, scheme_end)))
        return false;
    const std::string_view authority = text.substr(scheme_end + kSeparator.size());
    // The colons of an IPv6 address stand inside its brackets.
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon == std::string_view::npos)
        return is_host(authority);
    return is_host(authority.substr(0, colon)) && is_port(authority.substr(colon + 1));
}

} // namespace byok
