#!/usr/bin/env bash
# Sets up what is missing, and nothing else: tools/setup.sh run | test | full
#   run   what building and serving needs        test  and what the tests need        full  and every engine there is a test for
# To be sourced, between byok_lock and byok_unlock: it puts the right Node first on PATH and exports BYOK_LIBSODIUM_SRC. Each thing is probed first, so it works
# wherever the tools are there already, and asks a package manager (apt-get) only for what is not.

BYOK_ROOT=$(CDPATH= cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
BYOK_TOOLS=$BYOK_ROOT/.tools

node_version=24.21.0
sodium_version=1.0.18
# The same release as two archives: the one Debian keeps (the tag, vouched for by apt's signatures) and the one upstream publishes.
sodium_sha256_debian=d59323c6b712a1519a5daf710b68f5e7fde57040845ffec53850911f10a5d4f4
sodium_sha256_upstream=6f504490b342a4f8a4c4a02fc9b866cbef8622d5df4e5452b46be121e46636c1
sodium_url=https://download.libsodium.org/libsodium/releases/libsodium-$sodium_version.tar.gz

say() { printf 'setup: %s\n' "$*" >&2; }
die() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

sha256() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# --- Packages: probe | package | why -------------------------------------------------------------------------------------

packages_run='
file:/etc/ssl/certs/ca-certificates.crt|ca-certificates|to check the certificates of what is downloaded
command:cmake|cmake|configures the C++ build
command:ninja|ninja-build|runs the C++ build
command:em++|emscripten|compiles the core to WebAssembly
command:npm|npm|fetches the web tools and Node 24
command:node|nodejs|starts npm
'
packages_test='
header:nlohmann/json.hpp|nlohmann-json3-dev|a second opinion on what is JSON, for the tests
command:clang++|clang|compiles the core for the sanitizers and fuzzers
runtime:fuzzer|libclang-rt-14-dev|the sanitizers and fuzzers themselves
command:clang-format|clang-format|checks the format of the C++ code
command:g++|g++|compiles the core as released
command:pkg-config|pkg-config|finds libsodium
header:catch2/catch.hpp|catch2|runs the C++ tests
header:sodium.h|libsodium-dev|cryptography of the native build
command:chromium|chromium|the browser the tests drive
command:chromium-headless-shell|chromium-headless-shell|its engine alone, which drives faster
command:openssl|openssl|makes the certificate of a test
'
# Servers that tests start themselves, each on free ports of this machine and in a folder that goes when the test ends. What Debian
# would start by itself is not: see without_services.
packages_servers='
file:/usr/sbin/nginx|nginx|carries the requests in the tests of deploy/nginx
command:redis-server|redis-server|holds the sealed keys and the queue in the tests
command:promtool|prometheus|checks the alert rules, and the expressions of the dashboard
'
packages_full='
command:clang-tidy|clang-tidy|checks the C++ code for mistakes
'
packages_firefox='
command:firefox-esr|firefox-esr|the second browser the tests drive
'
packages_webkit='
command:WebKitWebDriver|webkit2gtk-driver|the third browser the tests drive
command:Xvfb|xvfb|a screen for it
command:xauth|xauth|access to that screen
command:dbus-daemon|dbus|what it talks to
'

present() { # PROBE
    local kind=${1%%:*} what=${1#*:}
    case $kind in
    command) command -v "$what" >/dev/null ;;
    file) [ -e "$what" ] || [ "$(uname)" != Linux ] ;;
    header)
        local folder
        for folder in /usr/include /usr/local/include /opt/homebrew/include; do [ -e "$folder/$what" ] && return; done
        return 1
        ;;
    runtime)
        command -v clang >/dev/null || return 1
        local found
        found=$(clang -print-file-name="libclang_rt.$what-$(uname -m).a")
        [ -e "$found" ] || [ "$(uname)" != Linux ]
        ;;
    esac
}

wanted_packages() { # run | test | full
    printf '%s' "$packages_run"
    [ "$1" = run ] && return
    printf '%s' "$packages_test" "$packages_servers"
    [ "$1" = test ] && return
    printf '%s' "$packages_full"
    if grep -rqs 'moz-firefox' "$BYOK_ROOT/e2e"; then printf '%s' "$packages_firefox"; fi
    if grep -rqs 'WebKitWebDriver' "$BYOK_ROOT/e2e"; then printf '%s' "$packages_webkit"; fi
}

# Runs a command (apt-get install) while no package may start a service, and leaves those of packages_servers switched off: nothing
# of theirs listens on this machine, now or after a restart. A server that was there before is left as it is.
without_services() ( # PACKAGE... -- COMMAND...
    packages=() policy=/usr/sbin/policy-rc.d
    while [ "$1" != -- ]; do
        packages+=("$1")
        shift
    done
    shift
    if [ ! -e "$policy" ]; then
        trap '"${as_root[@]}" rm -f "$policy"' EXIT
        printf '#!/bin/sh\n# Made by tools/setup.sh for as long as it installs.\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
        "${as_root[@]}" chmod 755 "$policy"
    fi
    status=0
    "$@" || status=$?
    for package in "${packages[@]}"; do
        grep -q "|$package|" <<<"$packages_servers" || continue
        "${as_root[@]}" update-rc.d "$package" disable || true
    done
    exit "$status"
)

install_packages() { # run | test | full
    local probe package why missing=() lines=()
    while IFS='|' read -r probe package why; do
        [ -n "$probe" ] || continue
        present "$probe" && continue
        missing+=("$package")
        lines+=("  $package: $why")
    done < <(wanted_packages "$1")
    [ ${#missing[@]} -eq 0 ] && return

    if ! command -v apt-get >/dev/null; then
        die "This system has no apt-get (Debian 12 is what is tested). Please install these and start again:" "${lines[@]}" \
            "  (Debian's names; emscripten 3.1.6 or newer, Node 24 or newer, clang 14 or newer, Catch2 2.13)"
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "Packages are missing, and installing them needs root. As root, run:" \
            "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
        as_root=(sudo)
    fi

    say "installing ${#missing[@]} packages with apt-get:"
    printf 'setup: %s\n' "${lines[@]}" >&2
    local log=$BYOK_TOOLS/apt.log
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=2)
    local tries=0
    until "${apt[@]}" update >"$log" 2>&1; do
        # DPkg::Lock::Timeout does not cover the lock of the package lists.
        if grep -q 'Could not get lock' "$log" && [ $((tries += 1)) -le 60 ]; then
            [ $tries -gt 1 ] || say 'another apt is at work: waiting for it'
            sleep 5
            continue
        fi
        tail -n 5 "$log" >&2
        die "apt-get update failed (above; all of it in $log). Is there a network, and may you use ${as_root[*]:-apt-get}?"
    done
    if ! without_services "${missing[@]}" -- "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        die "apt-get install failed (above; all of it in $log). Is there a network? By hand: apt-get install ${missing[*]}"
    fi
}

# --- Node 24 --------------------------------------------------------------------------------------------------------------

node_is_new_enough() { [ "$("$1" -p 'process.versions.node.split(".")[0] >= 24' 2>/dev/null)" = true ]; }

install_node() {
    local folder=$BYOK_TOOLS/node
    if node_is_new_enough node; then return; fi
    PATH=$folder/node_modules/.bin:$PATH
    export PATH
    hash -r
    if [ "$(cat "$folder/version" 2>/dev/null)" = "$node_version" ] && node_is_new_enough node; then return; fi
    say "installing Node $node_version from npm into .tools/node: this machine's is older than 24"
    rm -rf "$folder"
    mkdir -p "$folder"
    printf '{ "private": true }\n' >"$folder/package.json"
    # The package brings the program by its install script, which is otherwise switched off in this project.
    npm install --prefix "$folder" --ignore-scripts=false --no-audit --no-fund --no-save --no-package-lock \
        "node@$node_version" >"$BYOK_TOOLS/node.log" 2>&1 || {
        tail -n 10 "$BYOK_TOOLS/node.log" >&2
        die "npm could not fetch node@$node_version. Is there a network? Any Node 24 or newer on PATH will do instead."
    }
    hash -r
    node_is_new_enough node || die "npm's node@$node_version does not start on this machine. Put Node 24 or newer on PATH."
    printf '%s' "$node_version" >"$folder/version"
}

# --- libsodium's sources, for WebAssembly ---------------------------------------------------------------------------------

sodium_from_debian() { # FOLDER, which gets the archive
    command -v apt-get >/dev/null || return 1
    local apt=$1/apt list
    mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial"
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -s "$list" ] && sed -nE 's/^[[:space:]]*deb[[:space:]]/deb-src /p' "$list" >>"$apt/parts/derived.list"
    done
    for list in /etc/apt/sources.list.d/*.sources; do
        [ -s "$list" ] && sed -E 's/^Types:.*/Types: deb-src/' "$list" >"$apt/parts/$(basename "$list")"
    done
    local get=(apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$apt/parts" -o Dir::State::lists="$apt/lists"
        -o Dir::Cache="$apt/cache" -o APT::Sandbox::User= -o Debug::NoLocking=1 -o Acquire::Languages=none)
    "${get[@]}" update || true
    (cd "$1" && "${get[@]}" source --download-only --tar-only libsodium) || return 1
    mv "$1/libsodium_$sodium_version.orig.tar.gz" "$1/sodium.tar.gz"
}

sodium_from_upstream() { # FOLDER, which gets the archive
    node -e 'fetch(process.argv[1], { signal: AbortSignal.timeout(60000) })
        .then(async (answer) => {
            if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
            require("node:fs").writeFileSync(process.argv[2], Buffer.from(await answer.arrayBuffer()));
        })
        .catch((error) => { console.error(String(error)); process.exit(1); });' "$sodium_url" "$1/sodium.tar.gz"
}

sodium_is_genuine() { # ARCHIVE
    local sum
    sum=$(sha256 "$1" 2>/dev/null) || return 1
    case ${sum%% *} in "$sodium_sha256_debian" | "$sodium_sha256_upstream") ;; *)
        echo "unexpected SHA-256: $sum"
        return 1
        ;;
    esac
}

install_sodium() {
    local target=$BYOK_TOOLS/libsodium inside=src/libsodium/include/sodium/version.h.in
    if [ -n "${BYOK_LIBSODIUM_SRC:-}" ]; then
        [ -e "$BYOK_LIBSODIUM_SRC/$inside" ] ||
            die "BYOK_LIBSODIUM_SRC is $BYOK_LIBSODIUM_SRC, which holds no sources of libsodium ($inside is missing)."
        return
    fi
    export BYOK_LIBSODIUM_SRC=$target
    [ "$(cat "$target/.version" 2>/dev/null)" = "$sodium_version" ] && return
    say "fetching the sources of libsodium $sodium_version: the core's cryptography in WebAssembly is compiled from them"
    local work log=$BYOK_TOOLS/libsodium.log
    work=$(mktemp -d "$BYOK_TOOLS/libsodium.XXXXXX")
    if ! { sodium_from_debian "$work" && sodium_is_genuine "$work/sodium.tar.gz"; } >"$log" 2>&1 &&
        ! { sodium_from_upstream "$work" && sodium_is_genuine "$work/sodium.tar.gz"; } >>"$log" 2>&1; then
        rm -rf "$work"
        tail -n 5 "$log" >&2
        die "Neither apt-get source nor $sodium_url gave libsodium $sodium_version (all of it in $log)." \
            "Is there a network? Otherwise unpack that release anywhere and name the folder in BYOK_LIBSODIUM_SRC."
    fi
    mkdir "$work/unpacked"
    tar -xzf "$work/sodium.tar.gz" -C "$work/unpacked" --strip-components=1
    printf '%s' "$sodium_version" >"$work/unpacked/.version"
    rm -rf "$target"
    mv "$work/unpacked" "$target"
    rm -rf "$work"
}

# --- npm packages of the lock file -----------------------------------------------------------------------------------------

install_npm_packages() {
    local stamp=$BYOK_ROOT/node_modules/.byok-lock sum
    sum=$(cat "$BYOK_ROOT/package-lock.json" "$BYOK_ROOT/.npmrc" | sha256)
    [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && return
    say "installing the npm packages of package-lock.json into node_modules"
    (cd "$BYOK_ROOT" && npm ci --no-audit --no-fund) >"$BYOK_TOOLS/npm.log" 2>&1 || {
        tail -n 15 "$BYOK_TOOLS/npm.log" >&2
        die "npm ci failed (above; all of it in $BYOK_TOOLS/npm.log). Is there a network?"
    }
    printf '%s' "$sum" >"$stamp"
}

# Two starts at once take turns in what they set up and build.
byok_lock() {
    { mkdir -p "$BYOK_TOOLS" && [ -w "$BYOK_TOOLS" ] && [ -w "$BYOK_ROOT" ]; } 2>/dev/null ||
        die "$(id -un) may not write to $BYOK_ROOT, where tools and builds go. Clone the repository into a folder of your own."
    command -v flock >/dev/null || return 0
    exec 9>"$BYOK_TOOLS/lock"
    flock -n 9 && return
    say 'another start is setting up or building: waiting for it'
    flock 9
}

byok_unlock() { exec 9>&-; }

byok_setup() { # run | test | full
    install_packages "$1"
    install_node
    install_sodium
    install_npm_packages
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -euo pipefail
    case ${1:-} in run | test | full) byok_lock && byok_setup "$1" ;; *) die "usage: tools/setup.sh run | test | full" ;; esac
fi
