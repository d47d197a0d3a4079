"""Learning what Immich shows: pages of changes for news, the oracle for what is gone.

No listing ever proves that something is gone. Only the oracle does, an asset seen in the trash, or one seen by its id;
and none of these where the server itself is hard to believe.
"""

from contextlib import aclosing
from dataclasses import dataclass

from ..faults.coded import Problem
from ..immich.errors import MissingPermissionError
from ..immich.models import OracleAnswer
from .counting import Counts, Tally, Verdict
from .doubting import Doubts
from .errors import OtherUserError
from .index import Index
from .listing import EPOCH, Listing, News
from .model import LIBRARY_WENT_BACK, NOT_LISTED
from .ports import Surroundings
from .settings import DAY_SECONDS, Originals, ReplicaSettings
from .shown import stamp_of

ORACLE_BATCH = 5_000
"""Checksums per question: 0.2 s on Immich 2.7.5."""
SWEEP_SECONDS = DAY_SECONDS
"""How often everything passes the oracle, and all albums are listed, without a reason."""


@dataclass(slots=True)
class Swept:
    """What the oracle told. ``missing``: copies that nothing in Immich stands behind any more, if it could be asked."""

    returned: int = 0
    missing: int | None = None


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
        self._listing = Listing(around, index)
        self._tally = Tally(around, index)
        self._doubts = Doubts(around, index, settings, self._listing)

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
        counted = await self._tally.ask()
        again = await self._sweep_is_due() and (counted is None or await self._is_cut())
        news = await self._listing.take(user_id, whole=again)
        problem = await self._doubts.about(user_id, news, counted)
        if await self._blocking.run(self._index.get, "whole") is not None:
            await self._listing.take(user_id)
        due, started = await self._sweep_is_due(), self._clock.wall()
        swept = await self._sweep(believable=problem is None) if due else Swept()
        if problem is not None and problem.code == LIBRARY_WENT_BACK and swept.missing == 0:
            await self._doubts.end(user_id)
            problem = None
        if counted is not None:
            swept.returned += await self._find(user_id, counted, news, believable=problem is None)
        in_part = await self._learn_albums(user_id, everything=due)
        if self._settings.originals is Originals.LINKED:
            await self._learn_links()
        if due:
            await self._blocking.run(self._index.put, swept_at=str(started))
        hidden = in_part or await self._is_cut()
        return problem or (Problem(NOT_LISTED) if hidden else None), swept.returned

    async def confirm(self, checksums: list[bytes]) -> tuple[list[bytes], int]:
        """Ask about copies that are about to be removed; return those whose originals are gone, and who is back."""
        answers = await self._library.bulk_upload_check(checksums)
        returned = await self._take(answers, believable=True)
        return [one for one, answer in answers.items() if answer.asset_id is None or answer.is_trashed], returned

    async def trust(self) -> None:
        """Believe the library as it is now: it is the one to compare with from the next run on."""
        await self._doubts.trust()

    async def _find(self, user_id: str, counted: Counts, news: News, *, believable: bool) -> int:
        """Look for what came and went untold, but for the counts; return how many copies need not leave any more."""
        returned = 0
        verdict = await self._tally.compare(counted, news.strangers)
        if verdict is Verdict.FEWER and believable:
            returned = (await self._sweep(believable=True)).returned
            verdict = await self._tally.compare(counted)
            if verdict is Verdict.FEWER:
                await self._tally.accept(counted)
        if verdict is Verdict.MORE:
            await self._listing.take(user_id, whole=True)
            await self._tally.accept(counted)
        return returned

    async def _is_cut(self) -> bool:
        return await self._blocking.run(self._index.get, "cut") is not None

    async def _learn_albums(self, user_id: str, *, everything: bool) -> bool:
        """List the members of albums that changed, or of all; return whether some of them hid."""
        chosen = self._settings.albums if self._settings.originals is Originals.ALBUMS else frozenset[str]()
        try:
            albums = {album.id: album for album in await self._library.albums()}
        except MissingPermissionError:
            if chosen:
                raise
            return False
        known = {} if everything else await self._blocking.run(self._index.shown.stamps)
        await self._blocking.run(self._index.shown.forget_albums, albums.keys() | chosen)
        in_part = False
        for album in albums.values():
            if known.get(album.id) != stamp_of(album):
                in_part |= await self._learn_members(user_id, album.id, album.name, stamp_of(album))
        for album_id in sorted(chosen - albums.keys()):
            # One that is shared with the user need not be among the listed ones.
            in_part |= await self._learn_members(user_id, album_id, album_id, "")
        return in_part

    async def _learn_members(self, user_id: str, album_id: str, name: str, stamp: str) -> bool:
        number = int(await self._blocking.run(self._index.get, "round") or 0) + 1
        await self._blocking.run(self._index.put, round=str(number))
        cut = False
        async with aclosing(self._library.listing(EPOCH, user_id, album_id=album_id)) as pages:
            async for page in pages:
                members = [asset.id for asset in page.assets]
                await self._blocking.run(self._index.shown.put_members, album_id, members, number)
                cut |= page.cut is not None
        await self._blocking.run(self._index.shown.finish_album, album_id, name, stamp, number, whole=not cut)
        return cut

    async def _learn_links(self) -> None:
        after = b""
        while asked := await self._blocking.run(self._index.shown.checksums, after, ORACLE_BATCH):
            linked = await self._local.linked(asked)
            await self._blocking.run(self._index.shown.link, asked, set(linked))
            after = asked[-1]

    async def _sweep_is_due(self) -> bool:
        swept = await self._blocking.run(self._index.get, "swept_at")
        return swept is None or not 0 <= self._clock.wall() - float(swept) < SWEEP_SECONDS

    async def _sweep(self, *, believable: bool) -> Swept:
        """Let everything pass the oracle. Without it only what is seen in the trash ever leaves."""
        swept, missing, after = Swept(), 0, b""
        try:
            while batch := await self._blocking.run(self._index.checksums, after, ORACLE_BATCH):
                answers = await self._library.bulk_upload_check(batch)
                swept.returned += await self._take(answers, believable=believable)
                away = [one for one, answer in answers.items() if answer.asset_id is None or answer.is_trashed]
                missing += await self._blocking.run(self._index.copies.relied_on, away)
                after = batch[-1]
        except MissingPermissionError:
            return swept
        swept.missing = missing
        return swept

    async def _take(self, answers: dict[bytes, OracleAnswer], *, believable: bool) -> int:
        gone = [one for one, answer in answers.items() if answer.asset_id is None] if believable else []
        trashed = [one for one, answer in answers.items() if answer.asset_id is not None and answer.is_trashed]
        active = [one for one, answer in answers.items() if answer.asset_id is not None and not answer.is_trashed]
        now = self._clock.wall()
        return await self._blocking.run(self._index.believe, gone, trashed, active, now, leaving=believable)
