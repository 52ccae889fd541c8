#include "byok/status.h"

namespace byok {

std::string_view status_name(Status status) noexcept {
    switch (status) {
#define BYOK_STATUS_CASE(number, name) \
    case Status::name:                 \
        return #name;
        BYOK_STATUS_TABLE(BYOK_STATUS_CASE)
#undef BYOK_STATUS_CASE
    }
    return "internal";
}

} // namespace byok
