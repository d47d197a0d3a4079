# Sourced after steps.sh. Debian packages: installed with root, or unpacked from any suite without.
# shellcheck shell=bash

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "this needs root, and there is no sudo: $*" >&2
        return 1
    fi
}

# have_packages TITLE PACKAGE...: install what is missing of the machine's own Debian packages.
have_packages() {
    local title=$1 missing=() package
    shift
    for package in "$@"; do
        [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            missing+=("$package")
    done
    if [[ ${#missing[@]} -eq 0 ]]; then
        said "$title" "ready"
        return
    fi
    said "$title" "installing ${missing[*]} …"
    quietly packages install_packages "${missing[@]}" ||
        failed "could not install ${missing[*]}" "As root: apt-get install ${missing[*]}; then start set-up again."
}

install_packages() {
    local install=(as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@")
    "${install[@]}" && return
    as_root apt-get -q update # the lists may be old, or missing as in a container
    "${install[@]}"
}

# The mirror that this machine uses already, whatever form its sources have.
debian_mirror() {
    grep -rhoE 'https?://[^ ]+/debian/?( |$)' \
        /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/mirrors 2>/dev/null | head -n 1 | tr -d ' '
}

# apt_of SUITE COMMAND...: apt-get on another Debian suite with a state of its own, as any user. What is installed on
# this machine is neither read (the empty status makes apt compute whole closures, the C library included) nor changed.
apt_of() {
    local suite=$1 state=$TOOLS/downloads/$1 mirror=${DEBIAN_MIRROR:-$(debian_mirror)}
    shift
    if [[ -z $mirror ]]; then
        echo "no Debian mirror in /etc/apt: name one in DEBIAN_MIRROR" >&2
        return 1
    fi
    mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/none/partial"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
        "$mirror" "$suite" >"$state/sources.list"
    : >"$state/status"
    # A mirror frozen or late is good enough for tools: signatures are checked, only the age of the lists is not.
    apt-get -q -y -o Acquire::Retries=2 -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false \
        -o Dir::Etc::SourceList="$state/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
        -o Dir::State::Lists="$state/lists" -o Dir::State::status="$state/status" \
        -o Dir::State::extended_states="$state/extended_states" \
        -o Dir::Cache::archives="$state/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o APT::Install-Recommends=false -o APT::Sandbox::User="$(id -un)" -o APT::Update::Post-Invoke= "$@"
}

# Package lists are fetched once in a run: old ones name packages that the mirror no longer has.
declare -A updated
update_lists() {
    [[ -z ${updated[$1]:-} ]] || return 0
    apt_of "$1" update && updated[$1]=yes
}

# unpack_closure SUITE PREFIX PACKAGE...: packages and all they depend on, unpacked below PREFIX. The C library's
# headers are left out: what is compiled with PREFIX's headers uses those of this machine.
unpack_closure() {
    local suite=$1 prefix=$2 archives=$TOOLS/downloads/$1/archives archive
    shift 2
    # Every file of the closure, whether downloaded now or earlier: asked of an archive directory that is empty.
    local closure=(apt_of "$suite" -o Dir::Cache::archives="$TOOLS/downloads/$suite/none" --print-uris install "$@")
    mkdir -p "$prefix" && update_lists "$suite" && apt_of "$suite" --download-only install "$@" &&
        "${closure[@]}" | awk '/^\x27/ { print $2 }' |
        grep -vE '^(linux-libc-dev|libc6-dev|libc-dev-bin|libcrypt-dev|rpcsvc-proto)_' |
            while read -r archive; do dpkg -x "$archives/$archive" "$prefix" || return; done
}

# unpack_alone SUITE PREFIX PACKAGE: one package without what it depends on, for programs that need nothing.
unpack_alone() {
    local downloads=$TOOLS/downloads/$1/alone
    mkdir -p "$2" "$downloads" && rm -f "$downloads/$3"_*.deb && update_lists "$1" &&
        (cd "$downloads" && apt_of "$1" download "$3") && dpkg -x "$downloads/$3"_*.deb "$2"
}
