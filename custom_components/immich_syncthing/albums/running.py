"""One run: look at both sides, let go what does not belong here, copy what lacks, tell Syncthing."""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import batched

from ..faults.coded import Problem
from .base import Base
from .choosing import choose
from .copying import Copier
from .disk import remove
from .errors import AlbumGoneError, AlbumNoRoomError, AlbumNotListedError
from .failing import EXPECTED, MOST_IN_A_ROW, is_everybodys
from .gate import Gate, gate_of
from .guard import may_leave
from .here import DAY_SECONDS, Keeper
from .leaving import Witness
from .memory import Memory, approved_left, digest_of, note_held
from .model import Doing, Leaving, RunReport, Shown, State
from .observing import Learned, Observer
from .ports import Surroundings
from .settings import AlbumFolderSettings

_LOGGER = logging.getLogger(__name__)

PAGE = 100
"""Photos after which Syncthing is told, so that the first ones are on their way while others are copied."""

LEFT = "left"
_NEWEST = (1 << 62, "")


@dataclass(slots=True)
class Run:
    """One run. ``doing`` hears what it is at, ``counted`` that there are other numbers to show."""

    around: Surroundings
    base: Base
    settings: AlbumFolderSettings
    report: RunReport
    memory: Memory
    doing: Callable[[Doing], None]
    counted: Callable[[], Awaitable[None]]
    _in_a_row: int = 0
    _changing: bool = False
    _told: list[str] = field(default_factory=list)

    async def go(self) -> None:
        """Do it all. Raises whatever ends the run as a whole."""
        self.doing(Doing.LISTING)
        gate = await gate_of(self.around.sync, self.settings.syncthing_id, self.settings.marker_name)
        if gate.paused:
            self.report.paused_there = True
            return
        observer = Observer(self.around, self.base, self.settings)
        keeper = Keeper(self.around, self.base, self.settings, self.memory)
        user_id = await observer.user()
        await self._take_place()
        await keeper.settle(gate)
        await self._tell_of_earlier()
        learned = await observer.learn(user_id)
        await self.around.blocking.run(choose, self.base, self.settings)
        await self.counted()
        self._note(learned)
        await keeper.look(gate, learned, self.report)
        if learned.whole:
            self.doing(Doing.REMOVING)
            await self._let_go(gate, learned)
        self.doing(Doing.COPYING)
        await self._copy()

    async def _take_place(self) -> None:
        """Begin anew where the folder is another one, or lies elsewhere: what lies there is not what we put there."""
        run = self.around.blocking.run
        here = f"{self.settings.syncthing_id} {self.settings.root}"
        known = await run(self.base.get, "place")
        if known not in {None, here}:
            user_id = await run(self.base.get, "user")
            await run(self.base.forget_all)
            await run(self.base.put, user=user_id)
        made_as = await run(self.base.get, "made_as")
        if made_as not in {None, self.settings.made_as}:
            await run(self.base.forget_weights)
        await run(self.base.put, place=here, made_as=self.settings.made_as)

    def _note(self, learned: Learned) -> None:
        if learned.missing:
            self.report.problem = Problem.of(AlbumGoneError())
        elif not learned.whole:
            self.report.problem = Problem.of(AlbumNotListedError())

    # --- what leaves -------------------------------------------------------------------------------------------------

    async def _let_go(self, gate: Gate, learned: Learned) -> None:
        base, run, now = self.base, self.around.blocking.run, self.around.clock.wall()
        await run(base.forget_others, self.settings.made_as)
        unwanted = await run(base.unwanted, self.settings.made_as)
        if not unwanted:
            await note_held(self.around.blocking, base, ())
            return
        if not gate.settled:
            self.report.waits = True
            return
        ids, approved = frozenset(one.asset_id for one in unwanted), await approved_left(self.around.blocking, base)
        if not approved and self.memory.knows_held(ids, learned.missing, now):
            self._hold(self.memory.held)
            return
        witness = Witness(self.around, base, self.settings)
        leaving = await witness.look_at(unwanted, learned)
        copies = len(await run(base.copies, State.HERE))
        lately = await run(base.guarded_since, LEFT, now - DAY_SECONDS)
        split = may_leave(leaving, lately, copies, approved)
        held = frozenset(one.copy.asset_id for one in split.held)
        self._hold(held)
        for batch in batched(split.allowed, PAGE, strict=False):
            await self._remove(batch, approved)
        await note_held(self.around.blocking, base, held)
        stay = ids - {one.copy.asset_id for one in split.allowed}
        self.memory.note_held(stay, learned.missing, now, held)

    def _hold(self, asset_ids: frozenset[str]) -> None:
        self.report.leaving_held, self.report.leaving_digest = len(asset_ids), digest_of(asset_ids)

    async def _remove(self, batch: Sequence[Leaving], approved: Collection[str]) -> None:
        """Remove copies; noted before, so that what is missing after a crash is not taken for its owner's doing."""
        base, run, now = self.base, self.around.blocking.run, self.around.clock.wall()
        counts = sum(not one.evidence.is_certain and one.copy.asset_id not in approved for one in batch)
        if counts:
            await run(base.count_guarded, LEFT, counts, now)
        await run(base.become, [one.copy.asset_id for one in batch], State.LEAVING)
        await self._begin_change()
        for one in batch:
            self._told.append(one.copy.name)
            gone = await self.around.disk.run(remove, self.settings, one.copy)
            self.report.removed += gone
            _LOGGER.info("The copy %r %s (%s)", one.copy.name, "left" if gone else "stays", one.evidence.value)
            if gone:
                await run(base.forget, [one.copy.asset_id])
            else:
                await run(base.become, [one.copy.asset_id], State.CHANGED)
        await self._tell()

    # --- what comes --------------------------------------------------------------------------------------------------

    async def _copy(self) -> None:
        copier, after = Copier(self.around, self.base, self.settings), _NEWEST
        run = self.around.blocking.run
        while page := await run(self.base.due, after, self.around.clock.wall(), PAGE):
            try:
                for photo in page:
                    if not await self._copy_one(copier, photo):
                        return
            finally:
                await self._tell()
                await self.counted()
            after = page[-1].taken, page[-1].asset_id

    async def _copy_one(self, copier: Copier, photo: Shown) -> bool:
        """Copy a photo; return whether the next one may be tried. Raises what the next one would meet as well."""
        await self._begin_change()
        try:
            found = await copier.copy(photo)
        except EXPECTED as error:
            if is_everybodys(error):
                raise
            self._in_a_row += not isinstance(error, AlbumNoRoomError)
            self.report.failed += 1
            problem = Problem.of(error)
            _LOGGER.debug("Cannot copy %s: %s", photo.asset_id, problem.code)
            now = self.around.clock.wall()
            await self.around.blocking.run(self.base.fail, photo.asset_id, problem.code, now)
            if self._in_a_row >= MOST_IN_A_ROW:
                self.report.problem = self.report.problem or problem
                return False
            return True
        self._in_a_row = 0
        if found is not None:
            self._told.append(found.name)
            self.report.copied += 1
            self.report.copied_bytes += found.signature.size
        return True

    # --- Syncthing ---------------------------------------------------------------------------------------------------

    async def _begin_change(self) -> None:
        """Note that the folder is about to be changed: at last the next run tells Syncthing."""
        if not self._changing:
            self.memory.forget_look()
            await self.around.blocking.run(self.base.put, untold="yes")
            self._changing = True

    async def _tell(self) -> None:
        """Have Syncthing look at what was changed."""
        if not self._changing:
            return
        if self._told:
            await self.around.sync.scan(self.settings.syncthing_id, self._told)
            await self.around.blocking.run(self.base.put, changed_at=str(self.around.clock.wall()))
        await self.around.blocking.run(self.base.put, untold=None)
        self._told, self._changing = [], False

    async def _tell_of_earlier(self) -> None:
        if await self.around.blocking.run(self.base.get, "untold") is not None:
            await self.around.sync.scan(self.settings.syncthing_id)
            await self.around.blocking.run(self.base.put, untold=None)
