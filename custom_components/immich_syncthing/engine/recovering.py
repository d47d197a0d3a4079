"""Recovery at work: it begins at a sign, looks at everything anew, rewrites the ledger, and ends by itself.

That it runs is written down first, so it survives a restart and then begins to look anew. Nothing is deleted, restored
or brought back until it has ended; new photos go on being uploaded. The steps, of which any may be the last before a
crash without harm:

1. Open intents are closed and what they left in quarantine goes back to its path: nobody knows whose wish they were.
2. Every folder is walked in full. One that cannot be looked at now is waited for.
3. Every checksum passes the oracle.
4. In one transaction every row is rewritten, the fences' next generations are noted, and the recovery is over.
5. The marks follow, as after any bump.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..immich.errors import NotFoundError, ServerError, UnexpectedAnswerError
from .apply.context import Context
from .errors import EngineError, OtherInstanceError, RecoveryError
from .fence import Found, Ruling, generation_of, may_have_freed
from .fencing import Fences
from .gate import SyncthingGate, without_fence
from .ledger.views import HistoryEntry, IntentView
from .model import AssetFact, AssetState, Base
from .recovery import OF_LEDGER, Evidence, Sign, signs

_LOGGER = logging.getLogger(__name__)

_RUNNING = "recovery"
_LAST = "recovered"
_VERSIONS = "versions"


@dataclass(frozen=True, slots=True)
class RecoveryView:
    """A recovery for the eyes of the owner; moments in wall seconds.

    ``ended_at``: ``None`` while it runs. ``waiting``: ids of the folders that still have to be looked at. ``asked`` and
    ``released``: how many photos became a question, and how many are only in Immich from now on.
    """

    signs: tuple[Sign, ...]
    since: float
    ended_at: float | None = None
    waiting: tuple[str, ...] = ()
    asked: int = 0
    released: int = 0

    @property
    def of_ledger(self) -> bool:
        """Whether it is the ledger that is outdated, and not Immich."""
        return OF_LEDGER.issuperset(self.signs)


class Recovery:
    """The account's recovery, if there is one; and the fences, whose disagreement is one of its signs."""

    def __init__(self, context: Context, fences: Fences) -> None:
        """Watch over the account ``context``. Call ``load`` before anything else."""
        self.fences = fences
        self._context = context
        self._running: RecoveryView | None = None
        self._prepared = False
        self._walked: set[str] = set()
        self._versions_at: float | None = None

    async def load(self) -> None:
        """Take up a recovery that an earlier life began."""
        found = await self._context.workers.ledger.run(self._context.ledger.get, _RUNNING)
        self._running = None if found is None else _decode(found)

    @property
    def running(self) -> bool:
        """Whether nothing may be deleted, restored or brought back now."""
        return self._running is not None

    @property
    def waiting(self) -> tuple[str, ...]:
        """Ids of the folders that have to be walked before it can end, sorted; none if there is no recovery."""
        return tuple(sorted(self._context.folders.keys() - self._walked)) if self._running else ()

    def wants(self, folder_id: str) -> bool:
        """Return whether a folder has to be walked now, after what lies in its quarantine was put back."""
        return self._prepared and folder_id in self.waiting

    def note_walked(self, folder_id: str) -> None:
        """Note that a folder which was wanted has been walked in full, and all of it hashed."""
        self._walked.add(folder_id)

    @property
    def error(self) -> RecoveryError:
        """What a folder tells its owner meanwhile: which folders still have to be looked at."""
        return RecoveryError(", ".join(self._context.folders[one].settings.label for one in self.waiting))

    async def check_fence(self, folder_id: str, gate: SyncthingGate, *, looking_only: bool) -> SyncthingGate:
        """Return a folder's gate as its fence leaves it; put that in order, or begin recovery, or only look.

        Raises:
            OtherInstanceError: another Home Assistant works there.
            RecoveryError: recovery would begin, if this was more than a look.
            EngineError: the folder's root cannot be trusted.
        """
        fences = self.fences
        ruling = await (fences.look(folder_id) if looking_only else fences.put_in_order(folder_id))
        if ruling is Ruling.OTHER_INSTANCE:
            raise OtherInstanceError(self._context.folders[folder_id].settings.label)
        if ruling is Ruling.RECOVER and looking_only:
            raise self.error
        if ruling is Ruling.RECOVER:
            await self._begin((Sign.FENCE,))
        return without_fence(gate) if ruling is Ruling.UNKNOWN else gate

    async def signs(self) -> tuple[Sign, ...]:
        """Return the signs that Immich shows after it was looked at. Raises ``ImmichError``."""
        context = self._context
        surprises = context.immich_observer.surprises
        versions_lost = await self._versions_lost()

        def look() -> tuple[Sign, ...]:
            evidence = Evidence(
                newest_vanished=context.ledger.newest_vanished(),
                server_older=surprises.went_back,
                released_vanished=surprises.released_vanished,
                removed_active=surprises.removed_active,
                versions_lost=versions_lost,
            )
            return signs(evidence, context.ledger.linked_assets(), context.settings.limits)

        return await context.workers.ledger.run(look)

    async def step(self, owner_id: str) -> bool:
        """Begin at a sign, go on, or end; return whether it just ended. Needs the account's lock.

        Raises ``ImmichError``; then it goes on later.
        """
        if self._running is None:
            shown = await self.signs()
            self._context.immich_observer.forget_surprises()
            if not shown:
                return False
            await self._begin(shown)
        if not self._prepared:
            await self._close_intents()
            self._prepared = True
        view = self._running
        return view is not None and not self.waiting and await self._end(view, owner_id)

    async def view(self) -> RecoveryView | None:
        """Return the recovery that runs, else the last one that the owner has not acknowledged."""
        if self._running is not None:
            return replace(self._running, waiting=self.waiting)
        found = await self._context.workers.ledger.run(self._context.ledger.get, _LAST)
        return None if found is None else _decode(found)

    async def acknowledge(self) -> None:
        """Note that the owner knows of the last recovery."""
        await self._context.workers.ledger.run(self._context.ledger.set, _LAST, None)

    async def _begin(self, shown: Sequence[Sign]) -> None:
        if self._running is not None:
            return
        view = RecoveryView(tuple(shown), self._context.clock.wall())
        await self._context.workers.ledger.run(self._context.ledger.set, _RUNNING, _encode(view))
        self._running, self._prepared = view, False
        self._walked.clear()
        _LOGGER.warning(
            "Everything is compared anew, and nothing is deleted meanwhile, because of: %s", ", ".join(shown)
        )

    async def _close_intents(self) -> None:
        """Close what was begun; whether it was done is for the oracle and the walks to find out."""
        context = self._context

        def close(intents: list[IntentView]) -> None:
            now = context.clock.wall()
            for intent in intents:
                context.ledger.set_assets([(intent.checksum, AssetFact(AssetState.UNKNOWN))], now)
                context.ledger.close_intent(intent.id)

        found = await context.workers.ledger.run(context.ledger.open_intents)
        await context.workers.ledger.run(close, [one for one in found if not context.carries_out(one)])

    async def _end(self, view: RecoveryView, owner_id: str) -> bool:
        context = self._context
        await context.immich_observer.start_over(owner_id)
        versions = await self._versions()
        found: dict[str, Found] = {}
        for folder_id in context.folders:
            try:
                found[folder_id] = await self.fences.found(folder_id)
            except EngineError as error:
                _LOGGER.debug("%s must be walked again: %s", context.folders[folder_id].settings.label, error.code)
                self._walked.discard(folder_id)
        if self.waiting:
            return False
        await context.workers.ledger.run(self._rewrite, view, found, versions)
        self._running, self._prepared = None, False
        for folder_id in found:
            await self.fences.put_in_order(folder_id)
        return True

    def _rewrite(self, view: RecoveryView, found: dict[str, Found], versions: frozenset[str] | None) -> None:
        ledger, now = self._context.ledger, self._context.clock.wall()
        generations = {folder_id: generation_of(one) for folder_id, one in found.items()}
        outdated = Sign.FENCE in view.signs
        freed = [folder_id for folder_id, one in found.items() if outdated and may_have_freed(one)]
        with ledger.together():
            became = ledger.rewrite(now)
            ledger.overtake_fences(generations, freed, since=view.since if outdated else None)
            if versions is not None:
                ledger.set(_VERSIONS, json.dumps(sorted(versions)))
            ended = replace(view, ended_at=now, asked=became[Base.NEW], released=became[Base.RELEASED])
            ledger.set(_RUNNING, None)
            ledger.set(_LAST, _encode(ended))
            ledger.add_history(_story(ended), now)
        _LOGGER.warning(
            "Everything was compared anew: %d photos are only in a folder, %d only in Immich, nothing was deleted",
            ended.asked,
            ended.released,
        )

    async def _versions_lost(self) -> bool:
        """Return whether an entry of Immich's version history is missing; looked at when all checksums were asked."""
        context = self._context
        swept_at = context.immich_observer.swept_at
        if swept_at is not None and swept_at == self._versions_at:
            return False
        now = await self._versions()
        if now is None:
            return False
        found = await context.workers.ledger.run(context.ledger.get, _VERSIONS)
        known = now if found is None else frozenset(json.loads(found))
        if known - now:
            return True
        if found is None or now != known:
            await context.workers.ledger.run(context.ledger.set, _VERSIONS, json.dumps(sorted(now)))
        self._versions_at = swept_at
        return False

    async def _versions(self) -> frozenset[str] | None:
        """Return the ids of Immich's version history, ``None`` where it does not tell."""
        try:
            return frozenset(entry.id for entry in await self._context.immich.version_history())
        except (NotFoundError, ServerError, UnexpectedAnswerError) as error:
            _LOGGER.debug("Immich does not tell its versions: %s", error.code)
            return None


def _encode(view: RecoveryView) -> str:
    return json.dumps([view.signs, view.since, view.ended_at, view.asked, view.released])


def _decode(text: str) -> RecoveryView:
    shown, since, ended_at, asked, released = json.loads(text)
    return RecoveryView(tuple(Sign(one) for one in shown), since, ended_at, asked=asked, released=released)


def _story(view: RecoveryView) -> HistoryEntry:
    return HistoryEntry(
        action="recover",
        path=None,
        folder_id=None,
        checksum=None,
        asset_id=None,
        why=",".join(view.signs),
        origin="recovery",
        result="done",
    )
