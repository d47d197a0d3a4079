"""What became of our copies in the folder: renamed, changed, brought back, or deleted by their owner.

| a copy of ours               | then                                                                                |
| ---------------------------- | ----------------------------------------------------------------------------------- |
| has another name             | it keeps that one                                                                   |
| holds other bytes            | it is its owner's now: never touched again                                          |
| is missing, Syncthing works  | wait                                                                                |
| is missing, and so many more | its owner is asked                                                                  |
| is missing, but a file of    | that one counts as the photo's, and is never touched                                |
| somebody's holds the same    |                                                                                     |
| is missing                   | it stays away, is brought back, or its photo is taken out of the albums (a setting) |
| was put back                 | it is a copy again; another file that holds the same photo is its owner's           |
"""

from collections.abc import Sequence

from .base import Base
from .disk import Files, Look, files_of, find_like_ours, is_very_file, look_at, tidy
from .gate import Gate
from .guard import believes_deletions
from .memory import Memory, digest_of
from .model import Copy, RunReport, State
from .observing import Learned
from .ports import Surroundings
from .settings import AlbumFolderSettings, OnDeletedHere, Source

DAY_SECONDS = 86_400.0
DELETED = "deleted"


class Keeper:
    """Keeps the base's picture of the folder true. Raises ``EngineError``, ``AlbumBaseError``, ``ImmichError``."""

    def __init__(self, around: Surroundings, base: Base, settings: AlbumFolderSettings, memory: Memory) -> None:
        """Look at nothing yet."""
        self._around = around
        self._blocking = around.blocking
        self._base = base
        self._settings = settings
        self._memory = memory
        self._files: Files | None = None

    async def settle(self, gate: Gate) -> None:
        """Find out how far an interrupted run came: a copy that has its name is there, a removal begins anew.

        Where nothing changed since all copies were where they should be, neither this nor ``look`` reads the disk.
        """
        if gate.settled and self._memory.is_unchanged(gate.sequence, self._around.clock.wall()):
            return
        self._memory.forget_look()
        base, run = self._base, self._blocking.run
        await self._around.disk.run(tidy, self._settings)
        self._files = await self._around.disk.run(files_of, self._settings)
        files = self._files.seen
        leaving = [one for one in await run(base.copies, State.LEAVING) if not self._files.hides(one.name)]
        await run(base.become, [one.asset_id for one in leaving if one.name in files], State.HERE)
        await run(base.forget, [one.asset_id for one in leaving if one.name not in files])
        for copy in await run(base.copies, State.RESERVED, State.AWAY):
            there = files.get(copy.name)
            if there is None or (copy.state is State.RESERVED and there.inode != copy.inode):
                continue
            sought = [copy.name], copy.checksum, copy.mtime_ns
            found = await self._around.disk.run(find_like_ours, self._settings, *sought)
            if found is not None:
                # What was put back is the very file that we wrote; another one with the same photo is its owner's.
                is_ours = copy.state is State.RESERVED or is_very_file(copy, found.signature)
                state = State.HERE if is_ours else State.THEIRS
                await run(base.have, copy.asset_id, copy.checksum, found.signature, state)

    async def look(self, gate: Gate, learned: Learned, report: RunReport) -> None:
        """Look at all copies, and do what the owner's settings say of those that are missing."""
        if self._files is not None:
            await self._look(gate, self._files, report)
        await self._take_out(learned, report)

    async def _look(self, gate: Gate, there: Files, report: RunReport) -> None:
        base, run, files = self._base, self._blocking.run, there.seen
        copies = await run(base.copies, State.HERE)
        look = await self._around.disk.run(look_at, self._settings, copies, there)
        await self._note(look)
        held = [one for one in await run(base.copies, State.THEIRS) if not there.hides(one.name)]
        await run(base.forget, [one.asset_id for one in held if files.get(one.name) != one.signature])
        theirs = [one for one in await run(base.copies, State.CHANGED) if not there.hides(one.name)]
        if self._settings.on_deleted_here is OnDeletedHere.BRING_BACK:
            await run(base.forget, [one.asset_id for one in await run(base.copies, State.AWAY)])
        absent = [*look.missing, *(one for one in theirs if one.name not in files)]
        missing = [one for one in absent if await run(base.is_wanted, one.asset_id)]
        if missing and gate.settled:
            await self._deleted(missing, len(copies) + len(theirs) - len(absent), report)
        elif gate.settled and await run(base.get, "approved_deleted") is not None:
            # They came back: whoever let them go let no others go.
            await run(base.put, approved_deleted=None)
        report.waits |= bool(missing) and not gate.settled
        if gate.settled and not absent and not any(there.hides(one.name) for one in copies):
            self._memory.note_look(gate.sequence, self._around.clock.wall())

    async def _note(self, look: Look) -> None:
        base, run = self._base, self._blocking.run
        for copy, name, signature in look.moved:
            await run(base.follow, copy.asset_id, name)
            await run(base.have, copy.asset_id, copy.checksum, signature)
        for copy, name, signature in look.held:
            await run(base.follow, copy.asset_id, name)
            await run(base.have, copy.asset_id, copy.checksum, signature, State.THEIRS)
        for copy, signature in look.touched:
            await run(base.have, copy.asset_id, copy.checksum, signature)
        await run(base.become, [one.asset_id for one in look.changed], State.CHANGED)

    async def _deleted(self, missing: Sequence[Copy], present: int, report: RunReport) -> None:
        base, run, now = self._base, self._blocking.run, self._around.clock.wall()
        ids = [one.asset_id for one in missing]
        if self._settings.on_deleted_here is OnDeletedHere.BRING_BACK:
            await run(base.forget, ids)
            await run(base.put, approved_deleted=None)
            return
        lately = await run(base.guarded_since, DELETED, now - DAY_SECONDS)
        digest = digest_of(ids)
        approved = await run(base.get, "approved_deleted") == digest
        if not believes_deletions(len(ids), lately, present, approved=approved):
            report.deleted_held, report.deleted_digest = len(ids), digest
            await run(base.put, approved_deleted=None)
            return
        takes_out = self._settings.on_deleted_here is OnDeletedHere.TAKE_OUT
        state = State.TAKEN_OUT if takes_out and self._settings.source is Source.ALBUMS else State.AWAY
        await run(base.become, ids, state)
        if not approved:
            await run(base.count_guarded, DELETED, len(ids), now)
        await run(base.put, approved_deleted=None)

    async def _take_out(self, learned: Learned, report: RunReport) -> None:
        """Take out of the albums what its owner deleted here. Whoever changed the setting meanwhile, meant that."""
        base, run = self._base, self._blocking.run
        ids = [one.asset_id for one in await run(base.copies, State.TAKEN_OUT)]
        if not ids:
            return
        if self._settings.on_deleted_here is OnDeletedHere.TAKE_OUT:
            for album_id in sorted(self._settings.albums - learned.missing):
                await self._around.library.remove_from_album(album_id, ids)
            report.taken_out += len(ids)
            # Whoever puts one into an album again wants it here again, however soon.
            await run(base.put, listed=None)
            await run(base.leave, ids)
            return
        await run(base.become, ids, State.AWAY)
