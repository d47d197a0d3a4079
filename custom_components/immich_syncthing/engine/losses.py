"""What may be brought back: what the ledger remembers as gone, what the history tells of, what the vault keeps.

Page by page, and none twice, in this order: what is named by its checksum; what left a path that is named, the latest
version first; deletions of a time, newest first; else all tombstones; at last what only the vault knows of.
"""

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Final

from ..vault.errors import VaultError
from ..vault.model import VaultEntry, VaultReason
from .apply.context import Context
from .halves import stem_of
from .ledger.views import GoneSidecar
from .listing import is_utf8
from .model import Departure, GonePath
from .naming import is_internal, is_sidecar
from .selection import Selection, newest_burst

_LOGGER = logging.getLogger(__name__)

PAGE = 200
"""Candidates that are looked at together."""

GATHERED = 20_000
"""Vaulted files that are gathered before the first is asked back: sidecars lie among them, which come with a photo."""

_NS: Final = 1_000_000_000
_NAMED_ONLY = frozenset({VaultReason.FILE_EDITED, VaultReason.FREED})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A content that may be wanted. ``places``: where it was besides what the ledger says.

    ``entry``: what the vault says of it, if that is how it was found. ``timed``: it was deleted when it was asked for.
    ``version_of``: the path that was named: of several versions that were there, only the first comes back.
    """

    checksum: bytes
    places: tuple[GonePath, ...] = ()
    entry: VaultEntry | None = None
    timed: bool = False
    version_of: tuple[str, str] | None = None

    @property
    def size(self) -> int:
        """Its size, if the vault told; else 0."""
        return self.entry.origin.size if self.entry is not None else 0


class Losses:
    """The candidates for one selection. ``problem``: the code of what kept the vault from telling its part."""

    def __init__(self, context: Context, wanted: Selection) -> None:
        """Look for ``wanted``."""
        self._context = context
        self._wanted = wanted
        self._seen: set[bytes] = set()
        self._labels = _unique_labels(context)
        self._sidecars: dict[tuple[str, str], list[GoneSidecar]] = {}
        self.problem: str | None = None

    async def pages(self) -> AsyncIterator[list[Candidate]]:
        """Yield candidates in pages of at most ``PAGE`` or so. Raises ``LedgerError``."""
        wanted = self._wanted
        if wanted.timed:
            async for page in self._deletions():
                yield page
        else:
            if wanted.checksums:
                yield self._new(Candidate(one) for one in sorted(wanted.checksums))
            if wanted.paths:
                yield await self._versions()
            if wanted.patterns:
                async for page in self._tombstones():
                    yield page
        by_checksum_alone = wanted.checksums and not (wanted.paths or wanted.patterns or wanted.timed)
        if not wanted.last_operation and not by_checksum_alone:
            async for page in self._in_vault():
                yield page

    def is_new(self, checksum: bytes) -> bool:
        """Return whether a content was not looked at yet; it is from now on."""
        if checksum in self._seen:
            return False
        self._seen.add(checksum)
        return True

    def folder_of(self, entry: VaultEntry) -> str | None:
        """Return the folder that a vaulted file belongs to: its own, or one of the same name that took its place."""
        origin = entry.origin
        known = self._context.folders
        return origin.folder_id if origin.folder_id in known else self._labels.get(origin.folder_label)

    def place_of(self, entry: VaultEntry) -> GonePath | None:
        """Return where a vaulted file was, ``None`` where its folder is not looked after or its path is none."""
        folder_id, path = self.folder_of(entry), entry.origin.path
        if folder_id is None or not is_utf8(path) or "\0" in path or is_internal(path):
            return None
        if any(part in {"", ".", ".."} for part in path.split("/")):
            return None
        return GonePath(folder_id, path, entry.origin.mtime_ns, Departure.ABSENT)

    def sidecars_of(self, places: Iterable[GonePath]) -> list[GoneSidecar]:
        """Return the sidecars seen in the vault so far that may belong to files of these paths."""
        keys = {(one.folder_id, path) for one in places for path in (one.path, stem_of(one.path))}
        return [sidecar for key in sorted(keys) for sidecar in self._sidecars.get(key, ())]

    def _new(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        return [one for one in candidates if self.is_new(one.checksum)]

    async def _versions(self) -> list[Candidate]:
        ledger, found = self._context.ledger, list[Candidate]()
        for folder_id in sorted(self._wanted.folder_ids):
            for path in sorted(self._wanted.paths):
                for checksum, at in await self._context.workers.ledger.run(ledger.seen_at, folder_id, path):
                    places = () if at is None else (GonePath(folder_id, path, int(at) * _NS, Departure.ABSENT),)
                    found.append(Candidate(checksum, places, version_of=(folder_id, path)))
        return self._new(found)

    async def _tombstones(self) -> AsyncIterator[list[Candidate]]:
        ledger, after = self._context.ledger, None
        while page := await self._context.workers.ledger.run(ledger.lost, after, PAGE):
            after = page[-1]
            yield self._new(Candidate(checksum) for checksum in page)

    async def _deletions(self) -> AsyncIterator[list[Candidate]]:
        wanted, ledger = self._wanted, self._context.ledger
        before: int | None = None
        newest: float | None = None
        goes_on = True
        while goes_on:
            page = await self._context.workers.ledger.run(
                ledger.deletions, PAGE, before, wanted.since, wanted.until, edits=wanted.named
            )
            if not page:
                return
            before, found = page[-1].id, page
            if wanted.last_operation:
                found, newest, goes_on = newest_burst(page, newest)
            yield self._new(
                Candidate(
                    one.checksum,
                    ()
                    if one.path is None or one.folder_id is None
                    else (GonePath(one.folder_id, one.path, int(one.at) * _NS, Departure.ABSENT),),
                    timed=True,
                )
                for one in found
            )

    async def _in_vault(self) -> AsyncIterator[list[Candidate]]:
        """Yield what the vault keeps and was wanted; of a path that is named, the latest version first."""
        account_id = await self._context.workers.ledger.run(self._context.ledger.get, "user_id")
        gathered: dict[bytes, list[VaultEntry]] = {}
        named: list[Candidate] = []
        try:
            async for entries in self._context.vault.entries(page=PAGE):
                for entry in entries:
                    if account_id in {None, entry.origin.account_id} and self._is_wanted(entry):
                        if len(gathered) >= GATHERED and entry.origin.checksum not in gathered:
                            for page in self._sorted_out(gathered, named):
                                yield page
                        gathered.setdefault(entry.origin.checksum, []).append(entry)
        except VaultError as error:
            _LOGGER.warning("The vault does not tell what it keeps: %s", error.code)
            self.problem = error.code
        for page in self._sorted_out(gathered, named):
            yield page
        named.sort(key=lambda one: 0.0 if one.entry is None else -one.entry.stored_at)
        yield self._new(named)

    def _sorted_out(self, gathered: dict[bytes, list[VaultEntry]], named: list[Candidate]) -> Iterator[list[Candidate]]:
        """Yield what was gathered, in pages; what is named by its path is put aside: its latest version comes first."""
        found = [self._candidate(one) for one in gathered.values()]
        gathered.clear()
        named += [one for one in found if one.version_of is not None]
        for page in batched((one for one in found if one.version_of is None), PAGE, strict=False):
            yield self._new(page)

    def _is_wanted(self, entry: VaultEntry) -> bool:
        """Return whether a vaulted file is wanted; a sidecar never is by itself, and is remembered."""
        wanted, place = self._wanted, self.place_of(entry)
        if place is None or place.folder_id not in wanted.folder_ids:
            return place is None and self._named(entry)
        if is_sidecar(place.path):
            sidecar = GoneSidecar(place.folder_id, place.path, entry.origin.checksum, place.mtime_ns)
            self._sidecars.setdefault((place.folder_id, stem_of(place.path)), []).append(sidecar)
            return False
        if entry.origin.reason in _NAMED_ONLY and not wanted.named:
            return False
        return self._named(entry) and (not wanted.timed or wanted.wants_at(entry.stored_at))

    def _named(self, entry: VaultEntry) -> bool:
        return entry.origin.checksum in self._wanted.checksums or self._wanted.wants_path(entry.origin.path)

    def _candidate(self, entries: list[VaultEntry]) -> Candidate:
        newest = max(entries, key=lambda one: one.stored_at)
        places = tuple(place for one in entries if (place := self.place_of(one)) is not None)
        by_path = newest.origin.path in self._wanted.paths and bool(places)
        version_of = (places[0].folder_id, newest.origin.path) if by_path else None
        return Candidate(newest.origin.checksum, places, newest, self._wanted.timed, version_of)


def _unique_labels(context: Context) -> dict[str, str]:
    found: dict[str, str | None] = {}
    for folder_id, folder in context.folders.items():
        found[folder.settings.label] = None if folder.settings.label in found else folder_id
    return {label: folder_id for label, folder_id in found.items() if folder_id is not None}
