"""Who keeps a content and who removes it take turns.

Between the look that finds a content in the vault and the entry that relies on it, nobody may remove it; two accounts
may share one vault, each with an object of its own for it.
"""

import asyncio
from collections.abc import Hashable
from contextlib import AbstractAsyncContextManager
from weakref import WeakValueDictionary


class Turns:
    """One turn at a time for each content."""

    def __init__(self) -> None:
        self._contents: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    def of(self, checksum: bytes) -> AbstractAsyncContextManager[None]:
        """Return what waits for the turn, and ends it with its block."""
        return self._contents.setdefault(checksum, asyncio.Lock())


_PLACES: WeakValueDictionary[Hashable, Turns] = WeakValueDictionary()


def turns_at(place: Hashable) -> Turns:
    """Return the turns of a vault: the same for all who use it in this process."""
    return _PLACES.setdefault(place, Turns())
