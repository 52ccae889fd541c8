#!/usr/bin/env bash
# Sets up what is missing, builds everything and runs the tests. The last line is `N passed, N failed`.
# usage: ./test.sh [--full] [--list] [STAGE...]      (at most 12 minutes from nothing; --full at most 45)
set -euo pipefail
CDPATH= cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

kind=test
for argument in "$@"; do
    case $argument in
    --full) kind=full ;;
    --list) ;;
    -h | --help)
        sed -n '2,3s/^# //p' test.sh
        exit 0
        ;;
    -*)
        printf 'test.sh: Unknown argument: %s\n%s\n' "$argument" "$(sed -n '3s/^# //p' test.sh)" >&2
        exit 2
        ;;
    esac
done

source tools/setup.sh
byok_lock
byok_setup "$kind"
byok_unlock
exec node tools/test.ts "$@"
