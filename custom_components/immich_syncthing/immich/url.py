"""From what a person types to the root of Immich's API."""

import ipaddress
import re
from typing import Never

from yarl import URL

from .errors import InvalidUrlError

DEFAULT_PORT = 2283
"""Where Immich listens unless told otherwise."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]+\]|[^\[\]:]+)(?::(?P<port>[0-9]{1,5}))?")
_HOST_NAME = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(\.(?!-)[\w-]{1,63}(?<!-))*\.?")
_UNWANTED = re.compile(r"[\s\\\x00-\x1f\x7f]")
_MAX_PORT = 65535
_HTTPS_PORT = 443


def normalize_url(text: str) -> str:
    """Return the root of the API, e.g. ``http://host:2283/api`` or ``https://host/photos/api``.

    Takes the address with or without scheme (then ``http``, or ``https`` for port 443), port, trailing slash, ``/api``
    and a reverse proxy's sub-path, IPv4, IPv6 with or without brackets, and spaces around it. The answer is canonical:
    lower-case host, no default port, and normalizing it again changes nothing.

    Raises:
        InvalidUrlError: another scheme, a user name or password, a query or fragment, or no usable host, port or path.
    """
    scheme, host, port, path = _split(text)
    return _build(scheme or ("https" if port == _HTTPS_PORT else "http"), host, port, path)


def candidates(text: str) -> tuple[str, ...]:
    """Return the API roots that ``text`` may mean, the likeliest first.

    Without a scheme both are tried, encrypted first where no port hints at Immich itself, which speaks plain HTTP. A
    path may be a page of Immich's own site that was copied from the browser: the root without it comes last.

    Raises:
        InvalidUrlError: as ``normalize_url``.
    """
    scheme, host, port, path = _split(text)
    if scheme:
        origins = [(scheme, port)]
    elif port is None:
        origins = [("https", None), ("http", None), ("http", DEFAULT_PORT)]
    elif port == _HTTPS_PORT:
        origins = [("https", port)]
    else:
        origins = [("http", port), ("https", port)]
    paths = [path, ""] if path else [""]
    return tuple(_build(scheme, host, port, path) for path in paths for scheme, port in origins)


def _split(text: str) -> tuple[str, str, int | None, str]:
    """Return scheme (may be empty), host, port and path (without ``/api`` and trailing slash)."""
    text = text.strip()
    if not text or _UNWANTED.search(text):
        _refuse("it is empty or holds spaces, line breaks or backslashes")
    scheme = ""
    if found := _SCHEME.fullmatch(text):
        scheme, text = found[1].lower(), found[2]
        if scheme not in {"http", "https"}:
            _refuse(f"{scheme}:// is neither http:// nor https://")
    if "?" in text or "#" in text:
        _refuse("it holds a ? or #")
    authority, _, path = text.partition("/")
    if "@" in authority:
        _refuse("it holds a user name or password")
    host, port = _host_and_port(authority)
    return scheme, host, port, _sub_path(path)


def _host_and_port(authority: str) -> tuple[str, int | None]:
    if _is_ipv6(authority):
        return authority, None
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        _refuse("it names no host, or a broken port")
    host = found["host"]
    if host.startswith("["):
        host = host[1:-1]
        if not _is_ipv6(host):
            _refuse("what stands in brackets is no IPv6 address")
    elif not _HOST_NAME.fullmatch(host):
        _refuse("its host name holds what no host name may hold")
    if found["port"] is None:
        return host, None
    port = int(found["port"])
    if not 0 < port <= _MAX_PORT:
        _refuse("its port is not between 1 and 65535")
    return host, port


def _is_ipv6(text: str) -> bool:
    """Return whether ``text`` is an IPv6 address without zone: a zone names an interface of one machine only."""
    try:
        return ipaddress.IPv6Address(text).scope_id is None
    except ValueError:
        return False


def _sub_path(path: str) -> str:
    segments = [segment for segment in path.split("/") if segment]
    if any(segment in {".", ".."} for segment in segments):
        _refuse("its path holds . or ..")
    if segments and segments[-1] == "api":
        segments.pop()
    return "".join(f"/{segment}" for segment in segments)


def _build(scheme: str, host: str, port: int | None, path: str) -> str:
    authority = f"[{host}]" if ":" in host else host
    if port is not None:
        authority = f"{authority}:{port}"
    try:
        return str(URL(f"{scheme}://{authority}{path}/api"))
    except ValueError as err:
        _refuse(str(err))


def _refuse(reason: str) -> Never:
    raise InvalidUrlError(reason)
