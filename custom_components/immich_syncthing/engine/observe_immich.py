"""What Immich holds of the ledger's contents: the delta for news, the oracle for doubts.

The delta (assets changed since a moment) never proves that something is gone. Only the oracle
(``bulk-upload-check``) does, and whoever it has not been asked for is *unknown*.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..immich.errors import MissingPermissionError, NotFoundError, ServerError, UnexpectedAnswerError
from ..immich.models import Asset, AssetCounts, OracleAnswer, Visibility
from .gate_facts import FACTS_SECONDS, KnownImmich
from .lately import Lately
from .ledger import Ledger
from .ledger.views import AssetView
from .looks import Look, Looks
from .model import AssetFact, AssetState, Base
from .newest import EPOCH, Newest
from .ports import Clock, ImmichPort
from .witnessed import Witnessed
from .workers import Workers

_LOGGER = logging.getLogger(__name__)

OVERLAP = timedelta(seconds=5)
"""How far the delta looks back behind the newest change it saw.

Rows become visible when their transaction commits, which may be after a later one has committed.
"""

ORACLE_BATCH = 1_000
"""Checksums per question: what is done with so many answers holds up nobody. 5,000 take 0.16 to 0.18 s on Immich
2.7.5, and 65,533 fail."""

SWEEP_SECONDS = 24 * 3600.0
"""How often all checksums pass the oracle without a reason."""

CONFIRMATIONS = 8
"""How many assets are looked at one by one at the same time (10 ms each on Immich 2.7.5)."""


@dataclass(frozen=True, slots=True)
class _Counters:
    active: AssetCounts
    trashed: AssetCounts


@dataclass(frozen=True, slots=True)
class _Told:
    """A count of the trash, and when it was taken (monotonic seconds)."""

    at: float
    trashed: AssetCounts


@dataclass(slots=True)
class Surprises:
    """What Immich showed that no change told of. The counts are of contents, since somebody asked for them.

    ``went_back``: its newest change, or that of an asset, is older than one that was seen.
    """

    went_back: bool = False
    released_vanished: int = 0
    removed_active: int = 0


class ImmichObserver:
    """Keeps the ledger's asset facts true. One for all folders of an account."""

    def __init__(
        self, immich: ImmichPort, ledger: Ledger, workers: Workers, clock: Clock, known: KnownImmich, lately: Lately
    ) -> None:
        """Observe ``immich`` into ``ledger``; ``known`` sees that it is the ledger's, ``lately`` hears of changes."""
        self._known = known
        self._immich = immich
        self._ledger = ledger
        self._workers = workers
        self._clock = clock
        self._seen: dict[str, datetime] = {}
        self.lately = lately
        self._newest = Newest(immich, ledger, workers)
        self._witnessed = Witnessed(ledger, workers, clock)
        self._surprises = Surprises()
        self._counters: _Counters | None = None
        self._told: _Told | None = None
        self._swept_at: float | None = None
        self._believing = False
        self._lock = asyncio.Lock()
        self._looks = Looks(self.look, self._look_together, clock)

    async def refresh(self, owner_id: str, progress: Callable[[int], None] = lambda _: None) -> None:
        """Bring the ledger up to date with Immich. Raises as ``ask``; then nothing is concluded.

        ``progress`` hears how many checksums have passed the oracle, if they all do.
        """
        async with self._lock:
            await self._refresh(owner_id, progress)

    def note_trash(self, trashed: AssetCounts) -> None:
        """Take from somebody who just asked how much lies in the trash."""
        self._told = _Told(self._clock.monotonic(), trashed)

    async def note_deleted(self, asset_ids: Collection[str]) -> None:
        """Take that Immich told of permanent deletions; see :mod:`.witnessed`. Raises ``LedgerError``."""
        await self._witnessed.note(asset_ids)

    def count_trash_soon(self) -> None:
        """Let the trash be counted at the next refresh: something may hang on what is purged meanwhile."""
        self._told = None

    async def ask(self, checksums: Sequence[bytes], owner_id: str) -> None:
        """Ask the oracle about contents whose asset is in doubt. Raises ``ImmichError``, ``OtherAccountError``."""
        for start in range(0, len(checksums), ORACLE_BATCH):
            await self._known.sure()
            batch = checksums[start : start + ORACLE_BATCH]
            answers = await self._immich.bulk_upload_check(batch)
            await self._take(answers, owner_id)

    async def look(self, asset_id: str, checksum: bytes, owner_id: str) -> AssetFact:
        """Look at one asset right now. ``UNKNOWN`` where it is not to be seen: the oracle must tell."""
        try:
            asset = await self._immich.asset(asset_id)
        except NotFoundError:
            return AssetFact(AssetState.UNKNOWN, asset_id)
        if asset.checksum != checksum:
            return AssetFact(AssetState.UNKNOWN)
        if asset.owner_id == owner_id:
            self._newest.looked_at(asset)
        await self._take_motions([asset])
        return fact_of(asset, owner_id)

    async def look_with_others(self, asset_id: str, checksum: bytes, owner_id: str) -> AssetFact:
        """Look as ``look`` does, with one request for several who do so at the same time."""
        return await self._looks.look(asset_id, checksum, owner_id)

    @property
    def swept_at(self) -> float | None:
        """When all checksums last began to pass the oracle, in monotonic seconds; ``None`` if they shall anew."""
        return self._swept_at

    @property
    def surprises(self) -> Surprises:
        """What was surprising since they were forgotten."""
        return self._surprises

    def forget_surprises(self) -> None:
        """Begin to be surprised anew."""
        self._surprises = Surprises()

    async def start_over(self, owner_id: str) -> None:
        """Look at everything anew, and believe Immich as it is now, also where it is older. Raises as ``ask``."""
        async with self._lock:
            self._believing = True
            try:
                self.sweep_soon()
                await self._refresh(owner_id)
                await self._newest.begin(owner_id)
            finally:
                self._believing = False
            self.forget_surprises()

    def sweep_soon(self) -> None:
        """Let all checksums pass the oracle at the next refresh, e.g. after Immich was away."""
        self._swept_at = None

    async def _refresh(self, owner_id: str, progress: Callable[[int], None] = lambda _: None) -> None:
        told = self._witnessed.fresh
        news = await self._delta(owner_id)
        self._witnessed.looked(told)
        if await self._unexplained(news=news) or self._sweep_is_due():
            await self._sweep(owner_id, progress)

    async def _delta(self, owner_id: str) -> bool:
        """Take what changed since the last time; return whether there was anything not seen before."""
        moment = await self._newest.moment()
        if moment is None:
            # All that happened before this moment is found by the sweep that follows the first delta.
            self.lately.forget()
            return await self._newest.begin(owner_id)
        delta = await self._immich.changes_since(max(moment - OVERLAP, EPOCH), owner_id)
        fresh = [asset for asset in delta.assets if self._seen.get(asset.id) != asset.updated_at]
        self.lately.take(fresh, whole=not delta.unsplittable)
        await self._take_assets(fresh, owner_id)
        self._seen = {asset.id: asset.updated_at for asset in delta.assets}
        if delta.unsplittable:
            self._swept_at = None
        if delta.newest is None or delta.newest < moment:
            # What looks like an older Immich may be a stranger's.
            await self._known.sure()
        if await self._newest.went_back(delta, moment, owner_id):
            self._surprises.went_back = True
            self.lately.forget()
        return bool(fresh)

    async def _take_assets(self, assets: Sequence[Asset], owner_id: str) -> None:
        known, doubtful = await self._workers.ledger.run(
            self._note, assets, owner_id, self._witnessed.fresh, self._clock.wall()
        )
        # The answer may have been on its way while somebody looked: only who asks now can tell.
        await self.ask(doubtful, owner_id)
        shown = [asset for asset in assets if asset.checksum in known]
        silent = [asset for asset in shown if asset.live_photo_video_id is None]
        await self._take_motions([asset for asset in shown if asset.live_photo_video_id is not None])
        lost = await self._workers.ledger.run(self._ledger.motion_assets, [asset.checksum for asset in silent])
        for asset in silent:
            if asset.checksum in lost:
                # A pair that was made while this answer was on its way is not one that its owner undid.
                await self.look(asset.id, asset.checksum, owner_id)

    def _note(
        self, assets: Sequence[Asset], owner_id: str, told: frozenset[str], now: float
    ) -> tuple[set[bytes], list[bytes]]:
        """Note how assets are; return the contents among them that the ledger knows. Blocking: they may be many.

        Those of them that the ledger knows from a later change are not noted, and returned a second time. Nor are those
        whose end was ``told``, which the oracle is asked about.
        """
        own = {
            asset.checksum: fact_of(asset, owner_id)
            for asset in assets
            if asset.owner_id == owner_id and asset.library_id is None
        }
        known = self._ledger.assets(list(own))
        doubtful = sorted(one for one, view in known.items() if own[one].is_older_than(view.asset))
        noted = sorted(one for one, view in known.items() if one not in doubtful and view.asset.id not in told)
        self._ledger.set_assets([(one, own[one]) for one in noted], now)
        return set(known), doubtful

    async def _take_motions(self, assets: Sequence[Asset]) -> None:
        """Note which videos Immich plays for photos."""
        told = [(asset.checksum, asset.live_photo_video_id) for asset in assets if asset.library_id is None]
        if told:
            await self._workers.ledger.run(self._ledger.set_motions, told, self._clock.wall())

    async def _unexplained(self, *, news: bool) -> bool:
        """Return whether the counters moved in a way that the delta does not explain.

        The delta knows no permanent deletions. A count that falls in total, or moves without any news, means that
        something was purged, or that the database is another one. While nothing moves, the trash is not counted each
        time: that it was emptied is noticed up to ``FACTS_SECONDS`` late.
        """
        before = self._counters
        try:
            active = await self._immich.asset_statistics()
            moved = before is None or news or active != before.active
            told = await self._trash(anew=moved)
        except MissingPermissionError:
            return False
        self._counters = now = _Counters(active, told.trashed)
        if before is None:
            return False
        fell = now.active.total + now.trashed.total < before.active.total + before.trashed.total
        return fell or (now != before and not news)

    async def _trash(self, *, anew: bool) -> _Told:
        told, now = self._told, self._clock.monotonic()
        if anew or told is None or now - told.at >= FACTS_SECONDS:
            self._told = told = _Told(now, await self._immich.asset_statistics(trashed=True))
        return told

    def _sweep_is_due(self) -> bool:
        return self._swept_at is None or self._clock.monotonic() - self._swept_at >= SWEEP_SECONDS

    async def _sweep(self, owner_id: str, progress: Callable[[int], None]) -> None:
        """Let every checksum of the ledger pass the oracle."""
        started = self._clock.monotonic()
        after: bytes | None = None
        passed = 0
        while batch := await self._workers.ledger.run(self._ledger.checksums, after, ORACLE_BATCH):
            await self.ask(batch, owner_id)
            after = batch[-1]
            passed += len(batch)
            progress(passed)
        self._swept_at = started

    async def _take(self, answers: dict[bytes, OracleAnswer], owner_id: str) -> None:
        facts: list[tuple[bytes, AssetFact]] = []
        doubtful: list[tuple[bytes, str, bool]] = []
        known = await self._workers.ledger.run(self._ledger.assets, list(answers))
        for checksum, view in known.items():
            answer, earlier = answers[checksum], view.asset
            if answer.asset_id is None:
                facts.append((checksum, _gone(earlier)))
            else:
                state = AssetState.TRASHED if answer.is_trashed else AssetState.ACTIVE
                if (earlier.state, earlier.id) != (state, answer.asset_id):
                    doubtful.append((checksum, answer.asset_id, answer.is_trashed))
        facts += await self._confirm(doubtful, owner_id)
        believed, fresh = self._believing, self._witnessed.fresh
        newer = [(one, fact) for one, fact in facts if believed or not fact.is_older_than(known[one].asset)]
        # No asset goes back to an earlier change: Immich itself did, and what it tells of them is nobody's wish.
        self._surprises.went_back |= len(newer) < len(facts)
        # What was asked for before its end was told is asked for again.
        self._wonder(known, ((one, fact) for one, fact in newer if known[one].asset.id not in fresh))
        facts = [(one, fact) for one, fact in facts if known[one].asset.id not in fresh]
        await self._workers.ledger.run(self._ledger.set_assets, facts, self._clock.wall(), believed=believed)

    def _wonder(self, known: dict[bytes, AssetView], facts: Iterable[tuple[bytes, AssetFact]]) -> None:
        """Count what the oracle tells although no change of an asset did."""
        for checksum, fact in facts:
            before = known[checksum]
            if before.asset.state is fact.state:
                continue
            unseen = not (fact.trash_seen or fact.was_untouchable)
            self._surprises.released_vanished += (
                before.base is Base.RELEASED and fact.state is AssetState.GONE and unseen
            )
            self._surprises.removed_active += before.base is Base.REMOVED and fact.state is AssetState.ACTIVE

    async def _confirm(
        self, doubtful: Sequence[tuple[bytes, str, bool]], owner_id: str
    ) -> list[tuple[bytes, AssetFact]]:
        """Look at assets that the oracle calls a duplicate: locked ones are not to be seen, in the trash or not.

        Many are looked for together, and those that do not show like that one by one.
        """
        many = [(checksum, asset_id) for checksum, asset_id, _ in doubtful]
        shown = await self._look_at_many(many, owner_id) if len(many) > CONFIRMATIONS else {}
        left = [one for one in doubtful if one[0] not in shown]
        return [*shown.items(), *await self._confirm_each(left, owner_id)]

    async def _look_together(self, looks: Sequence[Look]) -> dict[bytes, AssetFact]:
        return await self._look_at_many([(one.checksum, one.asset_id) for one in looks], looks[0].owner_id)

    async def _look_at_many(self, wanted_ids: Sequence[tuple[bytes, str]], owner_id: str) -> dict[bytes, AssetFact]:
        """Look at assets right now, as far as one search shows those very ones."""
        wanted = dict(wanted_ids)
        found = await self._immich.assets_with(list(wanted))
        assets = [asset for asset in found if wanted.get(asset.checksum) == asset.id]
        for asset in assets:
            if asset.owner_id == owner_id:
                self._newest.looked_at(asset)
        await self._take_motions(assets)
        return {asset.checksum: fact_of(asset, owner_id) for asset in assets}

    async def _confirm_each(
        self, doubtful: Sequence[tuple[bytes, str, bool]], owner_id: str
    ) -> list[tuple[bytes, AssetFact]]:
        gate = asyncio.Semaphore(CONFIRMATIONS)

        async def confirm(checksum: bytes, asset_id: str, trashed: bool) -> tuple[bytes, AssetFact]:
            async with gate:
                fact = await self.look(asset_id, checksum, owner_id)
            if fact.state is not AssetState.UNKNOWN:
                return checksum, fact
            again = (await self._immich.bulk_upload_check([checksum]))[checksum]
            if again.asset_id is None:
                # It was purged between the two questions. One that was in the trash is known to have been there.
                return checksum, AssetFact(AssetState.GONE, asset_id, trash_seen=trashed)
            return checksum, AssetFact(AssetState.UNTOUCHABLE, asset_id)

        results = await asyncio.gather(
            *(confirm(checksum, asset_id, trashed) for checksum, asset_id, trashed in doubtful), return_exceptions=True
        )
        for result in results:
            # One asset that Immich stumbles over stays in doubt: it must not hide what is known of the others.
            if isinstance(result, BaseException) and not isinstance(result, ServerError | UnexpectedAnswerError):
                raise result
        return [result for result in results if not isinstance(result, BaseException)]


def fact_of(asset: Asset, owner_id: str) -> AssetFact:
    """Return what one asset, just seen, means for its content."""
    if asset.owner_id != owner_id or asset.library_id is not None:
        return AssetFact(AssetState.UNTOUCHABLE, asset.id)
    updated_ms = (asset.updated_at - EPOCH) // timedelta(milliseconds=1)
    if asset.is_trashed:
        return AssetFact(AssetState.TRASHED, asset.id, trash_seen=True, updated_ms=updated_ms)
    if asset.visibility is Visibility.LOCKED:
        return AssetFact(AssetState.UNTOUCHABLE, asset.id, updated_ms=updated_ms)
    return AssetFact(AssetState.ACTIVE, asset.id, updated_ms=updated_ms)


def _gone(earlier: AssetFact) -> AssetFact:
    return AssetFact(
        AssetState.GONE,
        earlier.id,
        trash_seen=earlier.trash_seen,
        was_untouchable=earlier.was_untouchable or earlier.state is AssetState.UNTOUCHABLE,
    )
