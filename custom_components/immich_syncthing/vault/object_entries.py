"""The entries of a vault in a store: ``entries/<checksum>/<ms since 1970>-<random>.json``, as in a directory."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from itertools import batched

from ..stores.store import Store
from .entries import decode, encode, name_of, time_of
from .model import VaultEntry

_LOGGER = logging.getLogger(__name__)

_AT_ONCE = 8
"""Entries that are read at the same time: each costs the store's whole latency."""

_LAST = "z"
"""Behind the names of all entries of a content: they begin with a digit. Some servers sign a ``~`` otherwise."""


class ObjectEntries:
    """The entries in ``store``. Raises ``StoreError``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, entry: VaultEntry) -> None:
        """Keep the entry; earlier ones with the very same origin are superseded."""
        place = _place(entry.origin.checksum)
        before = [one async for one in self._read(await self._keys(place))]
        await self._store.put_small(f"{place}/{name_of(entry)}", encode(entry))
        await self._store.delete([key for key, earlier in before if earlier.origin == entry.origin])

    async def newest(self, checksum: bytes) -> VaultEntry | None:
        """Return the entry that was added last for this content."""
        found = [entry async for _, entry in self._read(await self._keys(_place(checksum)))]
        return max(found, key=lambda entry: entry.stored_at, default=None)

    async def of(self, checksum: bytes) -> tuple[VaultEntry, ...]:
        """Return the entries of this content, oldest first."""
        return tuple([entry async for _, entry in self._read(await self._keys(_place(checksum)))])

    async def spans(self) -> AsyncGenerator[tuple[str, float, float]]:
        """Yield each content that has an entry, as hexadecimal digits, with its oldest and newest time; by checksum."""
        name, times = "", list[float]()
        async for page in self._store.list("entries"):
            for stored in page:
                time, content = _time(stored.key), stored.key.split("/")[-2]
                if content != name and times:
                    yield name, min(times), max(times)
                    times = []
                name = content
                times += [time] if time is not None else []
        if times:
            yield name, min(times), max(times)

    async def all(self, after: bytes | None = None) -> AsyncGenerator[VaultEntry]:
        """Yield every entry, or those of contents behind ``after``; by checksum, then by time."""
        async for page in self._store.list("entries", None if after is None else f"{_place(after)}/{_LAST}"):
            async for _, entry in self._read(stored.key for stored in page):
                yield entry

    async def times(self, checksum: bytes) -> list[float]:
        """Return when each entry of this content came, to the millisecond; also of those that cannot be read."""
        return [time for key in await self._keys(_place(checksum)) if (time := _time(key)) is not None]

    async def are_read(self, checksum: bytes) -> bool:
        """Return whether all entries of this content can be read."""
        keys = [key for key in await self._keys(_place(checksum)) if key.endswith(".json")]
        return len(keys) == len([None async for _ in self._read(keys)])

    async def oldest(self) -> float | None:
        """Return when the oldest of all entries came."""
        found = None
        async for page in self._store.list("entries"):
            times = [time for stored in page if (time := _time(stored.key)) is not None]
            found = min([*times, *([found] if found is not None else [])], default=None)
        return found

    async def remove(self, checksum: bytes) -> None:
        """Remove all entries of this content."""
        await self._store.delete(await self._keys(_place(checksum)))

    async def _keys(self, place: str) -> list[str]:
        return [stored.key async for page in self._store.list(place) for stored in page]

    async def _read(self, keys: Iterable[str]) -> AsyncIterator[tuple[str, VaultEntry]]:
        for batch in batched(keys, _AT_ONCE, strict=False):
            texts = await asyncio.gather(*map(self._store.read_small, batch))
            for key, text in zip(batch, texts, strict=True):
                if text is None:
                    continue
                try:
                    entry = decode(text, key.split("/")[-2])
                except ValueError as err:
                    _LOGGER.warning("Vault entry %s cannot be read and is left out: %s", key, err)
                    continue
                yield key, entry


def _place(checksum: bytes) -> str:
    return f"entries/{checksum.hex()}"


def _time(key: str) -> float | None:
    return time_of(key.rpartition("/")[2])
