# Sourced, from the root of the checkout. Where set-up keeps things, how it speaks, and how it remembers what is done.
# shellcheck shell=bash

CHECKOUT=$PWD
# Programs and downloads. May be shared by several checkouts; the Python environments never are.
mkdir -p "${IMMICH_SYNCTHING_TOOLS:=$CHECKOUT/.tools}" "$CHECKOUT/.tools"
TOOLS=$(cd "$IMMICH_SYNCTHING_TOOLS" && pwd -P)

said() { printf '  %-26s %s\n' "$1" "$2"; }

failed() {
    printf '\n%s: %s\n' "$(basename "$0")" "$1" >&2
    shift
    [[ $# -eq 0 ]] || printf '  %s\n' "$@" >&2
    exit 1
}

# quietly LOG COMMAND...: run with the output in a log; show the log's end if the command fails.
quietly() {
    local log=$TOOLS/logs/$1.log
    shift
    mkdir -p "$TOOLS/logs"
    "$@" >"$log" 2>&1 && return
    printf '\n… end of %s\n' "$log" >&2
    tail -n 25 "$log" >&2
    return 1
}

# once DIRECTORY TITLE INPUTS MAKE...: have DIRECTORY made by the function MAKE, unless the same INPUTS (a string) made
# it before. The stamp lies in the directory: who deletes the directory deletes the memory of it, and what was
# interrupted has none. Bash ignores `set -e` inside MAKE, because its failure is tested here: it chains with `&&`.
once() {
    local directory=$1 title=$2 inputs=$3 started=$SECONDS
    shift 3
    if [[ -f $directory/.made-from && $(<"$directory/.made-from") == "$inputs" ]]; then
        said "$title" "ready"
        return
    fi
    said "$title" "setting up …"
    rm -f "$directory/.made-from"
    "$@" || return
    printf '%s\n' "$inputs" >"$directory/.made-from"
    said "$title" "done in $((SECONDS - started)) s"
}

# offer NAME PATH: write down where a program is, for the tests: .tools/env is lines of NAME='path'.
offer() {
    local env=$CHECKOUT/.tools/env
    {
        [[ ! -f $env ]] || sed "/^$1=/d" "$env"
        printf "%s='%s'\n" "$1" "$2"
    } >"$env.new"
    mv "$env.new" "$env"
}

digest() { sha256sum "$@" | sha256sum | cut -c 1-16; }
