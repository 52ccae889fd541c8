/// A job's route (routing.h) as one pure function of JSON: from what the job may do and all that has happened
/// so far to the next step. Nothing is kept between two calls, so nothing has to be given back.
#pragma once

#include "byok/result.h"
#include "byok/secret_bytes.h"

#include <cstddef>
#include <string>

namespace byok {

/// The longest route there is has five: read, answer, read, answer, answer.
inline constexpr std::size_t kMaxRouteEvents = 8;

/// In: `{"credential":"user"|"server","fallback":"server"|"never","serverKey":bool,"events":[…]}`, each event
/// `{"cache":"hit","sealId":hex}`, `{"cache":"miss"|"unavailable"}` or
/// `{"verdict":name,"streamed":bool,"retryAfter":seconds}`, the last one left out where the provider named no
/// time.
///
/// Out: `{"action":"read_cache"|"call_user"|"call_server"|"give_answer"|"refuse","dropCached":bool,
/// "receipt":{"attempts":number,"credential":…,"reason":name,"sealId":hex|null},"refusal":code|null,
/// "wait":seconds}`.
/// @return json_refused.
Result<std::string> route_json(ByteView json);

} // namespace byok
