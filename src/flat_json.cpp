#include "flat_json.h"

namespace byok {

bool FlatJson::next() {
    const State before = state_;
    state_ = State::failed;
    in_.skip_space();
    if (before == State::begin) {
        if (!in_.take('{'))
            return false;
        in_.skip_space();
    }
    if (before == State::finished || before == State::failed)
        return false;
    if (in_.take('}')) {
        in_.skip_space();
        if (in_.at_end())
            state_ = State::finished;
        return false;
    }
    if (before == State::between && !in_.take(','))
        return false;
    if (!member())
        return false;
    state_ = State::between;
    return true;
}

bool FlatJson::member() {
    name_.clear();
    in_.skip_space();
    if (!in_.string(name_))
        return false;
    in_.skip_space();
    if (!in_.take(':'))
        return false;
    in_.skip_space();
    return value();
}

bool FlatJson::value() {
    kind_ = Kind::text;
    text_.clear();
    if (in_.peek() == '"')
        return in_.string(text_);
    kind_ = Kind::other;
    if (in_.take_word("true") || in_.take_word("false") || in_.take_word("null"))
        return true;
    std::string_view spelling;
    bool real = false;
    if (!in_.number(spelling, real))
        return false;
    if (!real && !spelling.starts_with('-') && whole_number(spelling, number_))
        kind_ = Kind::natural;
    return true;
}

} // namespace byok
