#include "calls.h"

using namespace byok;
using namespace byok::abi;

StatusCode byok_tables(Out* out) {
    return run([&]() -> Status {
        BYOK_TRY(catalogue, parse_json(view(reinterpret_cast<Bytes>(catalogue_json().data()),
                                            static_cast<Size>(catalogue_json().size()))));
        return give(out, Json{{"statuses", statuses_json()},
                              {"verdicts", verdicts_json()},
                              {"recordStates", names_json(kRecordStates)},
                              {"lockReasons", names_json(kLockReasons)},
                              {"providers", std::move(catalogue)}});
    });
}
