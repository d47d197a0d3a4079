"""Learning what Immich shows: pages of changes for news, the oracle for what is gone.

No listing ever proves that something is gone. Only the oracle does, an asset seen in the trash, or one seen by its id;
and none of these where the server itself is hard to believe.
"""

from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from ..immich.errors import MissingPermissionError
from ..immich.models import Asset, OracleAnswer
from .errors import OtherUserError
from .index import Index
from .model import LIBRARY_SHRUNK, LIBRARY_WENT_BACK, NOT_LISTED, Problem
from .ports import Surroundings
from .settings import DAY_SECONDS, Originals, ReplicaSettings
from .shown import stamp_of, written

OVERLAP = timedelta(seconds=5)
"""How far a listing looks back: rows become visible when their transaction commits."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ORACLE_BATCH = 5_000
"""Checksums per question: 0.2 s on Immich 2.7.5."""
SWEEP_SECONDS = DAY_SECONDS
"""How often everything passes the oracle, and all albums are listed, without a reason."""
WITNESSES = 5
"""Photos whose presence tells a newest one that was deleted from a library that went back."""
SHRUNK = 0.5
"""A library that lost more than this share at once is not believed."""


class Observer:
    """Keeps the index's picture of the account true. Everything raises ``ImmichError`` and ``ReplicaIndexError``."""

    def __init__(self, around: Surroundings, index: Index, settings: ReplicaSettings) -> None:
        """Observe nothing yet."""
        self._library = around.library
        self._local = around.local
        self._clock = around.clock
        self._blocking = around.blocking
        self._index = index
        self._settings = settings

    async def user(self) -> str:
        """Return the account's user. Raises ``OtherUserError`` if it is not the one whose photos the index knows."""
        user = await self._library.me()
        known = await self._blocking.run(self._index.get, "user")
        if known not in {None, user.id}:
            raise OtherUserError
        return user.id

    async def learn(self, user_id: str) -> tuple[Problem | None, int]:
        """Bring the index up to date; return why nothing may be removed, and how many copies need not leave any more.

        What could not be listed is no reason to keep what was: it is told as a problem all the same.
        """
        cut, newest = await self._list(user_id)
        problem = await self._doubt(user_id, newest)
        await self._learn_albums(user_id)
        if self._settings.originals is Originals.LINKED:
            await self._learn_links()
        returned = await self._sweep(believable=problem is None) if await self._sweep_is_due() else 0
        return problem or (Problem(NOT_LISTED) if cut else None), returned

    async def confirm(self, checksums: list[bytes]) -> tuple[list[bytes], int]:
        """Ask about copies that are about to be removed; return those whose originals are gone, and who is back."""
        answers = await self._library.bulk_upload_check(checksums)
        returned = await self._take(answers, believable=True)
        return [one for one, answer in answers.items() if answer.asset_id is None or answer.is_trashed], returned

    async def trust(self) -> None:
        """Believe the library as it is now: it is the one to compare with from the next run on."""
        await self._blocking.run(self._index.put, since=None, newest=None, total=None, swept_at=None)

    async def _list(self, user_id: str) -> tuple[bool, Asset | None]:
        """Take all that changed; return whether something hid, and the asset of the newest change."""
        since = await self._since()
        cut, newest = False, None
        async with aclosing(self._library.listing(max((since or EPOCH) - OVERLAP, EPOCH), user_id)) as pages:
            async for page in pages:
                # The checksum of a file in an external library is not one of its bytes.
                own = [one for one in page.assets if one.owner_id == user_id and one.library_id is None]
                await self._blocking.run(self._index.shown.take, own, self._clock.wall())
                cut |= page.cut is not None
                for asset in page.assets:
                    newest = asset if newest is None or newest.updated_at <= asset.updated_at else newest
        return cut, newest

    async def _since(self) -> datetime | None:
        told = await self._blocking.run(self._index.get, "since")
        return None if told is None else datetime.fromisoformat(told)

    async def _remember(self, newest: Asset | None) -> None:
        """Remember the newest change, and whether its asset may be purged: then it is nobody's fault."""
        await self._blocking.run(
            self._index.put,
            since=written(EPOCH if newest is None else newest.updated_at),
            newest=None if newest is None else newest.checksum.hex(),
            newest_trashed=None if newest is None or not newest.is_trashed else "yes",
        )

    async def _doubt(self, user_id: str, newest: Asset | None) -> Problem | None:
        """Return why this may be another library than the one that was seen before."""
        since = await self._since()
        if since is None or (newest is not None and newest.updated_at >= since):
            await self._remember(newest)
        elif since != EPOCH:
            if not await self._explains():
                return Problem(LIBRARY_WENT_BACK, written(since))
            await self._remember(await self._library.newest_asset(user_id))
        try:
            active = await self._library.asset_statistics()
            trashed = await self._library.asset_statistics(trashed=True)
        except MissingPermissionError:
            return None
        total = active.total + trashed.total
        before = int(await self._blocking.run(self._index.get, "total") or 0)
        lost = before - total
        if lost > self._settings.most_retired and (total == 0 or lost > before * SHRUNK):
            return Problem(LIBRARY_SHRUNK, f"{before} → {total}")
        if total == 0 and await self._blocking.run(self._index.copies.count) > 0:
            return Problem(LIBRARY_SHRUNK, f"{before} → 0")
        if total != before:
            # Whatever falls is looked at now, not tomorrow.
            await self._blocking.run(self._index.put, total=str(total), **({"swept_at": None} if lost > 0 else {}))
        return None

    async def _explains(self) -> bool:
        """Return whether the asset of the newest change seen may rightly not be shown any more.

        A library that went back lost all that is new, not one photo: most of those that changed shortly before are
        gone with it. One photo that was deleted for good leaves them where they are.
        """
        if await self._blocking.run(self._index.get, "newest_trashed"):
            return True
        told = await self._blocking.run(self._index.get, "newest")
        if told is None:
            return False
        newest = bytes.fromhex(told)
        others = await self._blocking.run(self._index.shown.newest_but, newest, WITNESSES)
        # What is locked the oracle alone knows.
        answers = await self._library.bulk_upload_check([newest, *others])
        there = sum(answers[one].asset_id is not None for one in others)
        return answers[newest].asset_id is not None or there * 2 > len(others)

    async def _learn_albums(self, user_id: str) -> None:
        """List the members of albums that changed, once a day of all."""
        chosen = self._settings.albums if self._settings.originals is Originals.ALBUMS else frozenset[str]()
        try:
            albums = {album.id: album for album in await self._library.albums()}
        except MissingPermissionError:
            if chosen:
                raise
            return
        known = {} if await self._sweep_is_due() else await self._blocking.run(self._index.shown.stamps)
        await self._blocking.run(self._index.shown.forget_albums, albums.keys() | chosen)
        for album in albums.values():
            if known.get(album.id) != stamp_of(album):
                await self._learn_members(user_id, album.id, album.name, stamp_of(album))
        for album_id in sorted(chosen - albums.keys()):
            # One that is shared with the user need not be among the listed ones.
            await self._learn_members(user_id, album_id, album_id, "")

    async def _learn_members(self, user_id: str, album_id: str, name: str, stamp: str) -> None:
        number = int(await self._blocking.run(self._index.get, "round") or 0) + 1
        await self._blocking.run(self._index.put, round=str(number))
        async with aclosing(self._library.listing(EPOCH, user_id, album_id=album_id)) as pages:
            async for page in pages:
                members = [asset.id for asset in page.assets]
                await self._blocking.run(self._index.shown.put_members, album_id, members, number)
        await self._blocking.run(self._index.shown.finish_album, album_id, name, stamp, number)

    async def _learn_links(self) -> None:
        after = b""
        while asked := await self._blocking.run(self._index.shown.checksums, after, ORACLE_BATCH):
            linked = await self._local.linked(asked)
            await self._blocking.run(self._index.shown.link, asked, set(linked))
            after = asked[-1]

    async def _sweep_is_due(self) -> bool:
        swept = await self._blocking.run(self._index.get, "swept_at")
        return swept is None or not 0 <= self._clock.wall() - float(swept) < SWEEP_SECONDS

    async def _sweep(self, *, believable: bool) -> int:
        """Let everything pass the oracle; return how many copies need not leave any more."""
        started, returned, after = self._clock.wall(), 0, b""
        try:
            while batch := await self._blocking.run(self._index.checksums, after, ORACLE_BATCH):
                answers = await self._library.bulk_upload_check(batch)
                returned += await self._take(answers, believable=believable)
                after = batch[-1]
        except MissingPermissionError:
            # Without the oracle only what is seen in the trash ever leaves.
            await self._blocking.run(self._index.put, swept_at=str(started))
            return returned
        if believable:
            await self._blocking.run(self._index.put, swept_at=str(started))
        return returned

    async def _take(self, answers: dict[bytes, OracleAnswer], *, believable: bool) -> int:
        gone = [one for one, answer in answers.items() if answer.asset_id is None] if believable else []
        trashed = [one for one, answer in answers.items() if answer.asset_id is not None and answer.is_trashed]
        active = [one for one, answer in answers.items() if answer.asset_id is not None and not answer.is_trashed]
        return await self._blocking.run(self._index.believe, gone, trashed, active, self._clock.wall())
