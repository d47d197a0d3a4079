"""Restoring: what the owner asks for is found, judged, and asked back in pages; then its return is followed.

Nothing is written here but the owner's wish, into the ledger; what follows are the same actions as ever, each journaled
and looked at again. So a restore that is broken off goes on with the next cycle, and one that is repeated is harmless.
"""

import logging
from asyncio import Lock
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace

from ..vault.errors import VaultError
from ..vault.model import VaultEntry
from .apply.context import Context
from .apply.sources import Source, version_of
from .ledger.rows import CHECKSUM_BYTES
from .ledger.views import AskedBack, ContentView, Known
from .losses import Candidate, Losses
from .model import AssetState, Base, GonePath
from .restoration import Coming, Restoration, Staying
from .selection import Selection
from .way_back import Comeback, Obstacle, Way, way_back

_LOGGER = logging.getLogger(__name__)

_IN_IMMICH = frozenset({AssetState.ACTIVE, AssetState.TRASHED})


async def restore(
    context: Context,
    wanted: Selection,
    lock: Lock,
    *,
    dry_run: bool,
    details: int,
    told: Callable[[Restoration], None] = lambda _: None,
) -> Restoration:
    """Ask back what is wanted; with ``dry_run`` only tell what that would be. ``details``: how many are listed.

    ``lock``: nothing else may plan or delete while a page is asked back. ``told``: hears after each page how far it is.
    Raises ``LedgerError``.
    """
    return await _Restore(context, wanted, lock, dry_run=dry_run, details=details).run(told)


class _Restore:
    """One restore on its way through the candidates."""

    def __init__(self, context: Context, wanted: Selection, lock: Lock, *, dry_run: bool, details: int) -> None:
        self._context = context
        self._wanted = wanted
        self._lock = lock
        self._dry_run = dry_run
        self._details = details
        self._losses = Losses(context, wanted)
        self._coming: list[Coming] = []
        self._staying: list[Staying] = []
        self._comebacks: Counter[Comeback] = Counter()
        self._obstacles: Counter[Obstacle] = Counter()
        self._checksums = bytearray()
        self._per_folder: Counter[str] = Counter()
        self._found: set[tuple[str, str]] = set()
        self._more = False

    async def run(self, told: Callable[[Restoration], None]) -> Restoration:
        try:
            async for page in self._losses.pages():
                await self._page(page)
                told(self._so_far())
                if self._more:
                    break
        finally:
            # Also of what is broken off, as when Home Assistant stops: so much was asked for.
            if not self._dry_run and self._checksums:
                await self._tell()
        return self._so_far()

    def _so_far(self) -> Restoration:
        return Restoration(
            tuple(self._coming),
            tuple(self._staying),
            dict(self._comebacks),
            dict(self._obstacles),
            bytes(self._checksums),
            frozenset(self._per_folder),
            self._more,
            self._losses.problem,
        )

    async def _page(self, page: Sequence[Candidate]) -> None:
        """Judge some candidates, and ask back what may come."""
        ledger, workers = self._context.ledger, self._context.workers
        async with nullcontext() if self._dry_run else self._lock:
            asked: list[AskedBack] = []
            known = await workers.ledger.run(ledger.candidates, [one.checksum for one in page])
            for candidate, what in zip(page, known, strict=True):
                asked += await self._take(candidate, what)
            if asked and not self._dry_run:
                await workers.ledger.run(ledger.ask_back, asked, self._context.clock.wall())
                if sidecars := self._losses.sidecars_of(place for one in asked for place in one.places):
                    await workers.ledger.run(ledger.sidecars_come_with, sidecars)

    async def _take(self, candidate: Candidate, known: Known) -> list[AskedBack]:
        """Return what is to be asked back for a candidate: itself, and the other half of a live photo."""
        view = known.view
        if not self._is_wanted(candidate, view) or candidate.version_of in self._found:
            return []
        asked: list[AskedBack] = []
        for still in view.stills if view is not None else ():
            if still.base in {Base.REMOVED, Base.KEPT} and self._losses.is_new(still.checksum):
                asked += await self._half(still)
            if still.base is Base.REMOVED and not self._comes(still.checksum, asked):
                self._stays(candidate, view, Obstacle.ITS_PHOTO)
                return asked
        one = await self._judge(candidate, view, under_way=known.under_way)
        if one is None:
            return asked
        if candidate.version_of is not None:
            self._found.add(candidate.version_of)
        asked.append(one)
        if not known.has_motion:
            return asked
        for video in await self._context.workers.ledger.run(self._context.ledger.motions_of, candidate.checksum):
            if not video.present and self._losses.is_new(video.checksum):
                asked += await self._half(video)
        return asked

    async def _half(self, view: ContentView) -> list[AskedBack]:
        """Return what is to be asked back for the other half of a live photo, wherever it was."""
        ledger, workers = self._context.ledger, self._context.workers
        [known] = await workers.ledger.run(ledger.candidates, [view.checksum])
        folder_ids = self._wanted.folder_ids
        places = tuple(one for one in view.gone if one.folder_id in folder_ids)
        candidate = Candidate(view.checksum, places)
        one = await self._judge(candidate, view, under_way=known.under_way, places=places)
        return [] if one is None else [one]

    def _comes(self, checksum: bytes, asked: Sequence[AskedBack]) -> bool:
        if any(one.checksum == checksum for one in asked):
            return True
        found = self._checksums.find(checksum)
        while found >= 0 and found % CHECKSUM_BYTES:
            found = self._checksums.find(checksum, found + 1)
        return found >= 0

    def _is_wanted(self, candidate: Candidate, view: ContentView | None) -> bool:
        """Return whether a candidate is really meant: what was released stays so unless a name or a time says so."""
        wanted = self._wanted
        if candidate.checksum in wanted.checksums or view is None:
            return True
        if view.base is Base.RELEASED and not (wanted.named or candidate.timed):
            return False
        here = any(row.folder_id in wanted.folder_ids and wanted.wants_path(row.path) for row in view.present)
        return here or bool(wanted.places(view.checksum, (*view.gone, *candidate.places)))

    async def _judge(
        self,
        candidate: Candidate,
        view: ContentView | None,
        *,
        under_way: bool,
        places: tuple[GonePath, ...] | None = None,
    ) -> AskedBack | None:
        """Return how a candidate is asked back, and list it; ``None`` if it stays."""
        if places is None:
            places = await self._places(candidate, view)
        visible = tuple(one for one in places if not self._is_hidden(one))
        way = way_back(view, visible, under_way=under_way)
        if way is Obstacle.NO_PLACE and places:
            way = Obstacle.EXCLUDED
        if isinstance(way, Way) and self._is_full():
            self._more = True
            return None
        size = candidate.size if view is None else view.size
        source = await self._source(candidate.checksum, view, way, size) if isinstance(way, Way) else way
        if isinstance(way, Obstacle) or isinstance(source, Obstacle):
            if not places and candidate.entry is None:
                candidate = replace(candidate, entry=await self._kept(candidate.checksum))
            self._stays(candidate, view, source if isinstance(source, Obstacle) else Obstacle.NO_PLACE)
            return None
        self._comes_back(candidate.checksum, view, way, source, size)
        return AskedBack(candidate.checksum, size, way.kind, way.places, way.removed)

    async def _places(self, candidate: Candidate, view: ContentView | None) -> tuple[GonePath, ...]:
        """Return where a content is wanted back: as the ledger says, else the vault, else the history."""
        known = self._wanted.places(candidate.checksum, view.gone) if view is not None else ()
        if known or (view is not None and view.present):
            return known
        told = self._wanted.places(candidate.checksum, candidate.places)
        if candidate.entry is None and (entry := await self._kept(candidate.checksum)) is not None:
            place = self._losses.place_of(entry)
            if place is not None and not told:
                return self._wanted.places(candidate.checksum, (place,))
            told = tuple(replace(one, mtime_ns=entry.origin.mtime_ns) for one in told)
        elif candidate.entry is None and view is not None and view.captured_at is not None:
            told = tuple(replace(one, mtime_ns=int(view.captured_at * 1e9)) for one in told)
        return tuple(one for one in told if one.folder_id in self._context.folders)

    def _is_hidden(self, place: GonePath) -> bool:
        return self._context.folders[place.folder_id].settings.filter.excludes(place.path)

    def _is_full(self) -> bool:
        limit = self._wanted.limit
        return limit is not None and len(self._checksums) // CHECKSUM_BYTES >= limit

    async def _source(self, checksum: bytes, view: ContentView | None, way: Way, size: int) -> Source | Obstacle:
        """Return where the bytes of the file are, the nearest place of those that seem to have them."""
        if not way.places:
            return Source.FOLDER
        in_immich = view is not None and view.asset.state in _IN_IMMICH
        if in_immich and len(self._coming) >= self._details:
            # It is not listed: which place is near shows when the file comes back.
            return Source.IMMICH
        if await self._kept(checksum) is not None:
            return Source.VAULT
        first = way.places[0]
        if await version_of(self._context, first.folder_id, first.path, size, checksum) is not None:
            return Source.VERSIONS
        if in_immich:
            return Source.IMMICH
        not_asked = view is not None and view.asset.state is AssetState.UNKNOWN
        return Obstacle.UNDER_WAY if not_asked else Obstacle.NO_BYTES

    async def _kept(self, checksum: bytes) -> VaultEntry | None:
        vault = self._context.vault
        try:
            return await vault.find(checksum, relying=False)
        except VaultError as error:
            self._losses.problem = error.code
            return None

    def _comes_back(self, checksum: bytes, view: ContentView | None, way: Way, source: Source, size: int) -> None:
        self._checksums += checksum
        self._comebacks[way.comeback] += 1
        present = view.present if view is not None else ()
        folder_id = way.places[0].folder_id if way.places else present[0].folder_id
        self._per_folder[folder_id] += 1
        if len(self._coming) < self._details:
            paths = tuple(one.path for one in way.places) or (present[0].path,)
            self._coming.append(Coming(checksum, folder_id, paths, source, way.comeback, size))

    def _stays(self, candidate: Candidate, view: ContentView | None, why: Obstacle) -> None:
        self._obstacles[why] += 1
        if len(self._staying) >= self._details:
            return
        places = [(one.folder_id, one.path) for one in (view.present if view is not None else ())]
        places += [(one.folder_id, one.path) for one in (*(view.gone if view is not None else ()), *candidate.places)]
        if candidate.entry is not None:
            places.append((candidate.entry.origin.folder_id, candidate.entry.origin.path))
        folder_id, path = places[0] if places else (None, None)
        self._staying.append(Staying(candidate.checksum, folder_id, path, why))

    async def _tell(self) -> None:
        """Tell in the history what was asked for."""
        context = self._context
        count, folders = len(self._checksums) // CHECKSUM_BYTES, sorted(self._per_folder)
        only = folders[0] if len(folders) == 1 else None
        _LOGGER.info("The owner asked %d photos back", count)
        await context.workers.ledger.run(context.ledger.tell_asked, only, folders, count, context.clock.wall())
