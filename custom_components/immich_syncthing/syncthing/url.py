"""The address of a Syncthing, as its owner may type it."""

import ipaddress

from yarl import URL

from .errors import SyncthingInvalidUrlError

DEFAULT_PORT = 8384
"""Where Syncthing's web interface and API listen unless told otherwise."""

MAX_PORT = 65535


def normalize_url(text: str) -> str:
    """Return the root of Syncthing's web interface, e.g. ``http://nas:8384`` or ``https://nas/syncthing``.

    Accepted with and without scheme, port, trailing slash and sub-path of a reverse proxy. Without a scheme it is
    plain HTTP, and then on port 8384 unless a port or a path says otherwise. Raises ``SyncthingInvalidUrlError``.
    """
    typed = text.strip()
    if any(character.isspace() or not character.isprintable() for character in typed):
        raise SyncthingInvalidUrlError
    scheme, separator, rest = typed.partition("://")
    if not separator:
        scheme, rest = "http", typed
    url = _parsed(scheme.lower(), _bracketed(rest))
    path = url.path.rstrip("/").removesuffix("/rest").rstrip("/")
    port = url.explicit_port
    if port is None and not separator and not path:
        port = DEFAULT_PORT
    return str(url.with_port(port).with_path(path).with_query(None).with_fragment(None)).rstrip("/")


def _parsed(scheme: str, rest: str) -> URL:
    """Return the parts of the address; a name or password in it is refused: it would be shown and stored."""
    if scheme not in {"http", "https"}:
        raise SyncthingInvalidUrlError
    try:
        url = URL(f"{scheme}://{rest}")
        port = url.explicit_port
    except ValueError:
        # Its text may hold the password that somebody typed into the address.
        raise SyncthingInvalidUrlError from None
    if not url.host or url.raw_user is not None or url.raw_password is not None or "\\" in rest:
        raise SyncthingInvalidUrlError
    if port is not None and not 0 < port <= MAX_PORT:
        raise SyncthingInvalidUrlError
    return url


def _bracketed(rest: str) -> str:
    """Return the address with the brackets that an IPv6 address without port needs in a URL."""
    host, slash, path = rest.partition("/")
    try:
        bare_ipv6 = ipaddress.ip_address(host).version == 6  # noqa: PLR2004 - the 6 of IPv6
    except ValueError:
        bare_ipv6 = False
    return f"[{host}]{slash}{path}" if bare_ipv6 else rest
