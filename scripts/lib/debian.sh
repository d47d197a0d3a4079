# Sourced after steps.sh. Debian packages: installed by apt where root is needed, or unpacked from sid where it is not.
# shellcheck shell=bash

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        failed "this needs root: $*" "Run it as root once, then start set-up again as yourself."
    fi
}

# have_packages TITLE PACKAGE...: install what is missing of the machine's own Debian packages.
have_packages() {
    local title=$1 missing=() package
    shift
    for package in "$@"; do
        [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
    done
    if [[ ${#missing[@]} -eq 0 ]]; then
        said "$title" "ready"
        return
    fi
    said "$title" "installing ${missing[*]} …"
    quietly apt install_packages "${missing[@]}" || failed "apt could not install: ${missing[*]}" \
        "Install them by hand (as root: apt-get install ${missing[*]}), then start set-up again."
}

install_packages() {
    local install=(as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@")
    "${install[@]}" && return
    as_root apt-get -q update || true # one broken source of many does not matter here
    "${install[@]}"
}

# The mirror this machine already uses, whatever form its sources have.
debian_mirror() {
    grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/mirrors 2>/dev/null |
        head -n 1 | tr -d ' '
}

# apt_sid COMMAND...: apt-get on Debian sid with its own state, as any user; the machine's packages are neither read nor changed.
apt_sid() {
    local state=$TOOLS/downloads/sid
    local mirror=${DEBIAN_MIRROR:-$(debian_mirror)}
    [[ -n $mirror ]] || failed "found no Debian mirror in /etc/apt" "Name one in DEBIAN_MIRROR, or put the missing program on PATH."
    mkdir -p "$state/lists/partial" "$state/archives/partial"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s sid main\n' "$mirror" >"$state/sources.list"
    : >"$state/status" # empty: the whole closure is computed, libc included
    apt-get -q -y \
        -o "Dir::Etc::SourceList=$state/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
        -o "Dir::State::Lists=$state/lists" -o "Dir::State::status=$state/status" -o "Dir::State::extended_states=$state/extended" \
        -o "Dir::Cache::archives=$state/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o Acquire::Languages=none -o APT::Install-Recommends=false -o APT::Sandbox::User="$(id -un)" \
        -o APT::Keep-Downloaded-Packages=true -o DPkg::Post-Invoke= -o APT::Update::Post-Invoke= \
        "$@"
}

# unpack_sid PREFIX PACKAGE...: the packages and all they depend on, unpacked below PREFIX and installed nowhere.
# Left out is what would come before the machine's own C headers when something is compiled with PREFIX's.
unpack_sid() {
    local prefix=$1 archives=$TOOLS/downloads/sid/archives archive
    shift
    mkdir -p "$prefix"
    apt_sid update
    apt_sid --download-only install "$@"
    # Every file of the closure, whether it was downloaded now or earlier: asked with an archive directory that is empty.
    apt_sid -o Dir::Cache::archives="$TOOLS/downloads/sid/none" --print-uris install "$@" |
        awk '/^\x27/ { print $2 }' | grep -vE '^(linux-libc-dev|libc6-dev|libc-dev-bin|libcrypt-dev|rpcsvc-proto)_' |
        while read -r archive; do dpkg -x "$archives/$archive" "$prefix"; done
}

# unpack_sid_alone PREFIX PACKAGE: one package without what it depends on (a statically linked program).
unpack_sid_alone() {
    local prefix=$1 package=$2 downloads=$TOOLS/downloads/sid/alone
    mkdir -p "$prefix" "$downloads"
    apt_sid update
    (cd "$downloads" && rm -f "$package"_*.deb && apt_sid download "$package")
    dpkg -x "$downloads/$package"_*.deb "$prefix"
}
