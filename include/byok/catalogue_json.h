/// The catalogue as JSON for the panel and the server: public data only.
#pragma once

#include "byok/provider.h"

#include <string>

namespace byok {

/// `[{"featured":true,"id":"gemini","keyHint":"AIza…","keysPage":"https://…","name":"Google Gemini"}, …]` in
/// the order of the panel.
std::string catalogue_json();

/// `{"chat":{"dialect":"openai","model":"…","url":"https://…"},"headers":[{"carriesKey":true,
/// "name":"authorization","value":"Bearer "}, …],"method":"GET","transcribe":{"model":"…","url":"https://…"},
/// "url":"https://…"}`: the test request, and where jobs go with the same headers; transcribe is null where
/// there is none. Where carriesKey is set, the key follows the value; the rest is sent as it is.
std::string test_request_json(const Provider& provider);

} // namespace byok
