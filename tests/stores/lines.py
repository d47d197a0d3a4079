"""What every server behind a line that breaks is asked, and what has to come of it."""

from typing import Protocol

import pytest

from custom_components.immich_syncthing.stores.errors import (
    StoreMismatchError,
    StoreThrottledError,
    StoreUnreachableError,
)
from custom_components.immich_syncthing.stores.settings import StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from tests.servers.troubled_line import Line, Trouble, troubled_line

from .things import film

LOST_ANSWERS = ("the answer is lost", "the answer ends in its head")
"""After them the server has done what it was asked."""


class Server(Protocol):
    """A server of objects."""

    @property
    def url(self) -> str: ...

    def new_bucket(self) -> str: ...

    def settings(self, bucket: str, *, url: str | None = None) -> StoreSettings: ...

    def keys(self, bucket: str) -> list[str]: ...


def reached(server: Server, bucket: str, line: Line) -> Store:
    return Store(server.settings(bucket, url=line.url))


async def is_not_stored_otherwise(server: Server, size: int) -> None:
    """See that an object of which the store says another size counts as not stored."""
    head = "200 OK\r\nETag: x\r\nLast-Modified: Sat, 21 Nov 2026 12:00:00 GMT"
    async with troubled_line(server.url) as line:
        line.trouble(Trouble("HEAD", status=head, times=-1))
        with pytest.raises(StoreMismatchError):
            await reached(server, server.new_bucket(), line).put("film.mp4", film(size), size)


async def is_gone_or_said_to_stay(server: Server, how: str, trouble: Trouble) -> None:
    """See that an object whose removal meets trouble is removed, or that it is said why not."""
    bucket = server.new_bucket()
    await Store(server.settings(bucket)).put_small("photo.jpg", b"photo")
    once = trouble.times == 1
    async with troubled_line(server.url) as line:
        met = line.trouble(trouble)
        store = reached(server, bucket, line)
        if once:
            await store.delete(["photo.jpg"])
        else:
            with pytest.raises(StoreThrottledError if how == "slow down" else StoreUnreachableError):
                await store.delete(["photo.jpg"])

    assert met.hits >= 1
    assert server.keys(bucket) == ([] if once or how in LOST_ANSWERS else ["photo.jpg"])
