"""The fences at work: marks and ledger read together, bumps carried out in their order."""

import asyncio
import logging
from collections.abc import Iterable, Mapping

from .actions import Upload
from .errors import EngineError, NoFenceError
from .fence import Found, Known, Mark, Ruling, generation_of, judge, may_have_freed
from .fence_file import FenceFile
from .gate import without_fence
from .ledger import Ledger
from .planning import Draft
from .state import AccountState
from .workers import Workers

_LOGGER = logging.getLogger(__name__)

_IN_ORDER = frozenset({Ruling.GO, Ruling.FINISH, Ruling.UNKNOWN})


class Fences:
    """The marks of all folders of an account, for the Home Assistant with the id ``instance``."""

    def __init__(self, files: Mapping[str, FenceFile], ledger: Ledger, workers: Workers, instance: str) -> None:
        """Keep the marks of the folders in ``files``."""
        self._files = files
        self._ledger = ledger
        self._workers = workers
        self._instance = instance
        self._turn = asyncio.Lock()

    async def look(self, folder_id: str) -> Ruling:
        """Return what follows for a folder, and change nothing. Raises ``EngineError``: its root cannot be trusted."""
        async with self._turn:
            ruling, _, _ = await self._look(folder_id)
            return ruling

    async def put_in_order(self, folder_id: str) -> Ruling:
        """Finish a bump that a crash left, or adopt a folder's mark; return what follows then. Raises as ``look``.

        ``UNKNOWN`` where no mark can be written.
        """
        async with self._turn:
            ruling, known, found = await self._look(folder_id)
            if ruling is Ruling.GO and known.freed and isinstance(found, Mark) and not found.freed:
                # An earlier version freed that, and wrote no such thing.
                await self._finish(folder_id, known.generation)
                return ruling
            if ruling is Ruling.ADOPT:
                freed = [folder_id] if may_have_freed(found) else []
                await self._workers.ledger.run(self._ledger.overtake_fences, {folder_id: generation_of(found)}, freed)
            elif ruling is not Ruling.FINISH:
                return ruling
            known = await self._known(folder_id)
            return Ruling.GO if await self._finish(folder_id, known.generation) else Ruling.UNKNOWN

    async def bump_after_crash(self) -> None:
        """Let the fences go up behind a batch in whose midst an earlier life ended."""
        broken_off = await self._workers.ledger.run(self._ledger.broken_off)
        if broken_off:
            await self.bump([one for one in broken_off if one in self._files], batch=False)

    async def bump(self, folder_ids: Iterable[str], *, batch: bool | None = None) -> frozenset[str]:
        """Let the generations of folders go up; return the folders whose mark is not in order or cannot be written.

        ``batch``: a batch that takes something away begins with this, or has ended.

        A folder that cannot be looked at now stays as it is: nothing can be done in it either.
        """
        async with self._turn:
            in_order: list[str] = []
            failed: set[str] = set()
            for folder_id in dict.fromkeys(folder_ids):
                try:
                    ruling, _, _ = await self._look(folder_id)
                except EngineError as error:
                    _LOGGER.debug("The mark of a folder stays as it is: %s", error.code)
                    continue
                if ruling in _IN_ORDER:
                    in_order.append(folder_id)
                else:
                    failed.add(folder_id)
            bumps = await self._workers.ledger.run(lambda: self._ledger.begin_bumps(in_order, batch=batch))
            for folder_id, generation in bumps.items():
                if not await self._finish(folder_id, generation):
                    failed.add(folder_id)
            return frozenset(failed)

    async def found(self, folder_id: str) -> Found:
        """Return what stands at a folder now. Raises as ``look``."""
        async with self._turn:
            return await self._files[folder_id].read()

    async def take_over(self, folder_id: str) -> None:
        """Make this Home Assistant the one that works in a folder. What the ledger knows of it is not believed then.

        Raises:
            NoFenceError: no mark can be written.
            EngineError: the folder's root cannot be trusted.
        """
        async with self._turn:
            found = await self._files[folder_id].read()
            known = await self._known(folder_id)
            beyond = max(generation_of(found), known.generation) + 2
            await self._files[folder_id].write(Mark(self._instance, beyond, may_have_freed(found) or known.freed))
            _LOGGER.warning("This Home Assistant took over a folder in which another one worked")

    async def _look(self, folder_id: str) -> tuple[Ruling, Known, Found]:
        found = await self._files[folder_id].read()
        known = await self._known(folder_id)
        return judge(known, found, self._instance), known, found

    async def _known(self, folder_id: str) -> Known:
        return await self._workers.ledger.run(self._ledger.fence, folder_id)

    async def _finish(self, folder_id: str, generation: int) -> bool:
        known = await self._known(folder_id)
        try:
            await self._files[folder_id].write(Mark(self._instance, generation, known.freed))
        except NoFenceError as error:
            _LOGGER.debug("No mark can be written: %s", error.detail)
            return False
        await self._workers.ledger.run(self._ledger.end_bump, folder_id, generation)
        return True


async def bump_around(fences: Fences, account: AccountState, plan: Draft, own: str, *, begins: bool) -> Draft:
    """Let the fences go up around a batch that changes what was agreed, planned in the folder ``own``.

    Return what may be done: without a mark, nothing is deleted or brought back, and the gate of its folder shuts.
    """
    batch = [one for one in plan.verdict.allowed if not isinstance(one, Upload)]
    if not batch:
        return plan
    folders = frozenset({own}).union(*(plan.folders_of[one.checksum] for one in batch))
    failed = await fences.bump(folders, batch=begins if plan.changes_sides else None)
    for folder_id in failed & account.gates.keys():
        since, gate = account.gates[folder_id]
        account.gates[folder_id] = since, without_fence(gate)
    return plan.without_changes() if failed and plan.changes_sides else plan
