# Sourced, from the root of the checkout. Where set-up keeps things, how it speaks, and how it remembers what is done.
# shellcheck shell=bash

CHECKOUT=$PWD
# Programs and downloads. May be shared by several checkouts; the Python environments never are.
TOOLS=${IMMICH_SYNCTHING_TOOLS:-$CHECKOUT/.tools}
mkdir -p "$TOOLS" "$CHECKOUT/.tools"
TOOLS=$(cd "$TOOLS" && pwd)

said() { printf '  %-28s %s\n' "$1" "${2:-}"; }

failed() {
    printf '\n%s: %s\n' "$(basename "$0")" "$1" >&2
    shift
    [[ $# -eq 0 ]] || printf '  %s\n' "$@" >&2
    exit 1
}

# quietly LOG COMMAND...: run with the output in a log; show its end if the command fails.
quietly() {
    local log=$TOOLS/logs/$1.log
    shift
    mkdir -p "$TOOLS/logs"
    if ! "$@" >"$log" 2>&1; then
        printf '\n--- end of %s\n' "$log" >&2
        tail -n 25 "$log" >&2
        return 1
    fi
}

# once DIRECTORY TITLE INPUTS FUNCTION: make DIRECTORY by FUNCTION unless the same INPUTS (a string) made it before.
# The stamp lies in the directory, so that whoever deletes the directory deletes the memory of it. A failed or
# interrupted making leaves no stamp.
once() {
    local directory=$1 title=$2 inputs=$3 make=$4 stamp=$1/.made-from started=$SECONDS
    if [[ -f $stamp && $(<"$stamp") == "$inputs" ]]; then
        said "$title" "ready"
        return
    fi
    said "$title" "${5:-setting up} …"
    "$make" || failed "could not set up: $title" "The log above says why. Set-up may be started again at any time; it goes on where it stopped."
    printf '%s\n' "$inputs" >"$stamp"
    said "" "done in $((SECONDS - started)) s"
}

digest() { sha256sum "$@" | sha256sum | cut -c 1-16; }
