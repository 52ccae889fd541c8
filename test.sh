#!/usr/bin/env bash
# Sets up what is missing, builds everything and runs the tests. The last line is `N passed, N failed`.
# usage: ./test.sh [--full] [--list] [STAGE...]      (at most 12 minutes from nothing; --full at most 45)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

kind=test
for argument in "$@"; do
    case $argument in --full) kind=full ;; esac
done

source tools/setup.sh
byok_setup "$kind"
exec node tools/test.ts "$@"
