"""Finding Immich's API behind an address that a person typed."""

import aiohttp
from yarl import URL

from . import parse
from .answers import broken, read_json, read_refusal
from .errors import CertificateError, ImmichError, ServerError, UnexpectedAnswerError
from .fields import Fields
from .transport import MAX_REDIRECTS, REDIRECTS, redirect_target
from .url import candidates, normalize_url

_PATIENCE = aiohttp.ClientTimeout(total=15, sock_connect=5)
_PING = "/server/ping"
_VERSION = "/server/version"
_WELL_KNOWN = "/.well-known/immich"


async def discover(session: aiohttp.ClientSession, text: str, *, ssl: bool) -> str:
    """Return the API root that answers like Immich; no key is sent.

    Redirects are followed to any host, and ``/.well-known/immich`` is asked where the address itself is not Immich's.
    Without a scheme in ``text`` both are tried. ``ssl`` says whether certificates are verified; one that is not trusted
    ends the search, so that nobody is led from it to an unencrypted address.

    Raises:
        InvalidUrlError: ``text`` is no usable address.
        CertificateError, CannotConnectError, ServerError, UnexpectedAnswerError: the most telling of what the addresses
            that were tried answered.
    """
    failures: list[ImmichError] = []
    for root in candidates(text):
        try:
            return await _resolve(session, root, ssl=ssl)
        except CertificateError:
            raise
        except ImmichError as err:
            failures.append(err)
    raise max(failures, key=_telling)


def _telling(error: ImmichError) -> int:
    """Return how much an error says about what is wrong: somebody who answers oddly is nearer than nobody."""
    if isinstance(error, ServerError):
        return 2
    return 1 if isinstance(error, UnexpectedAnswerError) else 0


async def _resolve(session: aiohttp.ClientSession, root: str, *, ssl: bool) -> str:
    try:
        return await _confirm(session, root, ssl=ssl)
    except UnexpectedAnswerError:
        delegate = await _delegate(session, root, ssl=ssl)
        if delegate is None or delegate == root:
            raise
        return await _confirm(session, delegate, ssl=ssl)


async def _confirm(session: aiohttp.ClientSession, root: str, *, ssl: bool) -> str:
    """Return where Immich really answers when asked at ``root``."""
    address, answer = await _get(session, URL(f"{root}{_PING}"), ssl=ssl)
    parse.ping(answer)
    found = normalize_url(str(address.with_query(None)).removesuffix(_PING))
    parse.version((await _get(session, URL(f"{found}{_VERSION}"), ssl=ssl))[1])
    return found


async def _delegate(session: aiohttp.ClientSession, root: str, *, ssl: bool) -> str | None:
    """Return the root that ``/.well-known/immich`` names, relative to where it was found; ``None`` without one."""
    try:
        address, answer = await _get(session, URL(f"{root.removesuffix('/api')}{_WELL_KNOWN}"), ssl=ssl)
        endpoint = Fields(answer, "well-known").object("api").text("endpoint")
        base = str(address.with_query(None)).removesuffix(_WELL_KNOWN)
        return normalize_url(endpoint if "://" in endpoint else f"{base}/{endpoint.lstrip('/')}")
    except ImmichError:
        return None


async def _get(session: aiohttp.ClientSession, url: URL, *, ssl: bool) -> tuple[URL, object]:
    """Return the JSON at ``url``, and the address that it came from in the end."""
    try:
        for _ in range(MAX_REDIRECTS + 1):
            async with session.get(url, allow_redirects=False, ssl=ssl, timeout=_PATIENCE) as response:
                if response.status in REDIRECTS:
                    url = redirect_target(url, response)
                    continue
                if response.status == 200:  # noqa: PLR2004
                    return url, await read_json(response)
                refusal = await read_refusal(response)
                if isinstance(refusal, ServerError):
                    raise refusal
                # Whatever it is called there: what was asked is public in Immich, in every state that it can be in.
                detail = f"status {response.status} at {url}"
                raise UnexpectedAnswerError(detail)
    except (aiohttp.ClientError, TimeoutError) as err:
        raise broken(err) from None
    detail = "it redirects without end"
    raise UnexpectedAnswerError(detail)
