#!/usr/bin/env bash
# Sets up what is missing, builds, and serves the demo app with its vault until Ctrl-C.
set -euo pipefail
CDPATH= cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

usage='usage: ./run.sh [--port N] [--sandbox]
  --port N    the demo app answers on port N of this machine (default 8080), the vault on N + 1
  --sandbox   key tests are answered by local stand-ins of the providers: no account and no network needed'

fail() {
    printf 'run.sh: %s\n' "$@" >&2
    exit 2
}

port=8080
sandbox=()
while [ $# -gt 0 ]; do
    case $1 in
    --port)
        [ $# -ge 2 ] || fail '--port needs a number.' "$usage"
        port=$2
        shift
        ;;
    --port=*) port=${1#--port=} ;;
    --sandbox) sandbox=(--sandbox) ;;
    -h | --help)
        printf '%s\n' "$usage"
        exit 0
        ;;
    *) fail "Unknown argument: $1" "$usage" ;;
    esac
    shift
done
[[ $port =~ ^[0-9]{1,5}$ ]] && port=$((10#$port)) && ((port >= 1 && port <= 65534)) ||
    fail "The port must be a number from 1 to 65534." "$usage"
for p in "$port" "$((port + 1))"; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then
        fail "Port $p is in use (the app takes $port, the vault $((port + 1))). Choose another: ./run.sh --port $((port + 1000 > 65534 ? 9000 : port + 1000))"
    fi
done

source tools/setup.sh
byok_lock
byok_setup run
node tools/build.ts

# Made once and kept: what was sealed for this platform stays readable to it. The server is told the file, not the secret:
# the environment of a process can be read for as long as it runs.
if [ -z "${BYOK_SEAL_SECRET:-}${PLATFORM_TOKEN_SECRET_FILE:-}${PLATFORM_TOKEN_SECRET:-}" ]; then
    secret_file=.local/platform-token-secret
    mkdir -p .local
    if [ ! -s "$secret_file" ]; then
        (umask 077 && head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$secret_file.new" && mv "$secret_file.new" "$secret_file")
        printf 'setup: made a PLATFORM_TOKEN_SECRET for this machine in %s\n' "$secret_file" >&2
    fi
    chmod 600 "$secret_file"
    grep -qxE '[0-9a-fA-F]{64}(,[0-9a-fA-F]{64})*' "$secret_file" ||
        fail "$secret_file does not hold 64 hex characters. Remove it, and a new one is made."
    export PLATFORM_TOKEN_SECRET_FILE=$secret_file
fi
byok_unlock

exec node server/main.ts --port "$port" "${sandbox[@]}"
