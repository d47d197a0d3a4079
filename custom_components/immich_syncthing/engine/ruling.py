"""A folder's rules at work: what comes to Immich is sorted there by them, and their owner sees beforehand how."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from ..immich.errors import ImmichError
from .apply.context import LOST, Run
from .apply.sorting import (
    PATIENCE_SECONDS,
    PER_ROUND,
    apply_rules,
    effects_of,
    rules_of,
    wished,
)
from .apply.sorting_look import is_read, seen
from .ledger.sortings import SettledPath, SortingView
from .sorting.model import Effect, Effects, SortingRules
from .sorting.stacking import IN_TURN, Group, group_of, in_order, of_one_moment
from .steering import Steering

_LOGGER = logging.getLogger(__name__)

GATHERING_SECONDS: Final = 600.0
"""While photos go up one after the other, rules wait for more of them, for so long at most."""

AFTER_ERROR_SECONDS: Final = 300.0
"""When to try again after Immich did not show how photos are."""

LOOKED_THROUGH: Final = 2_000
"""The newest photos of a folder, among which a preview looks for such that the rules are for."""


@dataclass(frozen=True, slots=True)
class PathEffects:
    """What rules do to the photo at a path, taken at this time by the clock on the wall there, as far as is known.

    ``stacked``: the files that come into one stack with it, itself among them, the one on top first.
    """

    path: str
    taken: datetime | None
    effects: Effects
    stacked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying all rules to all photos does. ``photos``: to how many something; ``effects``: to how many what.

    ``waiting``: photos that Immich has not read yet; the rules follow once it has.
    """

    photos: int
    effects: dict[Effect, int]
    waiting: int
    sample: tuple[PathEffects, ...]


class Ruling(Steering):
    """The part of a folder's engine that knows its rules."""

    _gathering_since: float | None = None
    _waiting_since: float | None = None

    async def preview_rules(self, rules: SortingRules, limit: int = 20) -> tuple[PathEffects, ...]:
        """Return what rules, saved or not, would do to some of the newest photos; first those that they are for.

        When a photo was taken, Immich tells as far as it has the photo; else the file's own time has to do.

        Raises:
            LedgerError: the photos cannot be told.
        """
        context = self._context
        found = await context.workers.ledger.run(context.ledger.newest_paths, self.settings.id, LOOKED_THROUGH)
        guessed = await context.workers.disk.run(_guess, rules, found)
        chosen = sorted(found, key=lambda one: _interest(guessed[one.path]))[:limit]
        wanted = {one.path for one in chosen}.union(*(guessed[one.path].stacked for one in chosen))
        views = {one.path: one.sorting for one in found if one.path in wanted and one.sorting is not None}
        taken = await self._taken(list(views.values()))
        moments = {path: guessed[path].taken for path in wanted}
        moments |= {path: taken[view.asset_id] for path, view in views.items() if view.asset_id in taken}
        return tuple(_shown(rules, guessed[one.path], moments) for one in chosen)

    async def _taken(self, photos: Sequence[SortingView]) -> dict[str, datetime]:
        context = self._context
        try:
            owner_id = await context.known_immich.owner_id(anew=False)
            assets = await seen(context, owner_id, photos)
        except ImmichError as error:
            _LOGGER.debug("Rules are previewed without Immich: %s", error)
            return {}
        return {asset_id: asset.local_time for asset_id, asset in assets.items() if asset.local_time is not None}

    async def apply_rules(self, *, dry_run: bool, sample: int = 20) -> Applied:
        """Have the folder's rules applied to all its photos, also anew; with ``dry_run`` only tell what that would be.

        What was applied before and changed by the owner since is applied again. The next cycles do it.

        Raises:
            ImmichError, OtherAccountError: Immich does not tell how its photos are.
            LedgerError: it cannot be noted; what came before that is.
        """
        context, folder_id = self._context, self.settings.id
        owner_id = await context.known_immich.owner_id(anew=True)
        photos, waiting, counts = 0, 0, Counter[Effect]()
        shown: list[PathEffects] = []
        rules, after = rules_of(context), None
        while page := await context.workers.ledger.run(context.ledger.sortable, folder_id, after, PER_ROUND):
            after = page[-1].checksum
            assets = await seen(context, owner_id, page)
            ready = [one for one in page if one.asset_id in assets and is_read(assets[one.asset_id])]
            unread = [one for one in page if one.asset_id in assets and not is_read(assets[one.asset_id])]
            wishes = await wished(context, owner_id, ready, assets, anew=True)
            meant = [one for one in ready if wishes[one.asset_id]]
            for one in meant:
                counts.update(wishes[one.asset_id].kinds)
            for one in meant[: sample - len(shown)]:
                taken, stack = assets[one.asset_id].local_time, wishes[one.asset_id].stack
                effects, stacked = effects_of(rules, one, taken), () if stack is None else stack.paths
                shown.append(PathEffects(one.places[0].path, taken, effects, stacked))
            photos, waiting = photos + len(meant), waiting + len(unread)
            if not dry_run:
                await context.workers.ledger.run(context.ledger.sort_again, [*meant, *unread])
        if not dry_run:
            self._gathering_since = self._waiting_since = None
            self.note_hint()
        return Applied(photos, dict(counts), waiting, tuple(shown))

    async def _follow_rules(self, run: Run, again_in: float | None, *, more: bool) -> float | None:
        """Apply the rules, if there are any; return when another cycle is wanted. Raises ``ImmichError`` as ``LOST``.

        ``more``: other photos go up right after this, so that these can be told of together.
        """
        context, now = self._context, self._context.clock.monotonic()
        if not self.settings.sorting or self.paused or self._recovery.running or context.standstill.holds:
            return again_in
        if more:
            self._gathering_since = now if self._gathering_since is None else self._gathering_since
            if now - self._gathering_since < GATHERING_SECONDS:
                return again_in
        patient = self._waiting_since is None or now - self._waiting_since < PATIENCE_SECONDS
        try:
            async with self._account.sorting:
                ended = await apply_rules(context, run, self.settings.id, patient=patient)
        except LOST:
            raise
        except ImmichError as error:
            _LOGGER.warning("The rules of %s have to wait: %s %s", self.settings.label, error.code, error.detail)
            return _sooner(again_in, AFTER_ERROR_SECONDS)
        self._gathering_since = None
        if not ended.waits:
            self._waiting_since = None
        elif self._waiting_since is None:
            self._waiting_since = now
        return _sooner(again_in, ended.again_in)


def _sooner(one: float | None, other: float | None) -> float | None:
    return min((seconds for seconds in (one, other) if seconds is not None), default=None)


def _guess(rules: SortingRules, found: Sequence[SettledPath]) -> dict[str, PathEffects]:
    """Return what rules do by what is known without Immich: a file's own time has to do."""
    guessed: dict[str, PathEffects] = {}
    for one in found:
        taken = _file_time(one.mtime_ns)
        guessed[one.path] = PathEffects(one.path, taken, rules.effects(one.path, taken))
    for kind in IN_TURN:
        groups: dict[Group, list[str]] = {}
        for path, guess in guessed.items():
            group = group_of(path, kind) if kind in guess.effects.stack and not guess.stacked else None
            if group is not None:
                groups.setdefault(group, []).append(path)
        for group, paths in groups.items():
            stacked = in_order(group, paths)
            guessed |= {path: replace(guessed[path], stacked=stacked) for path in stacked}
    return guessed


def _file_time(mtime_ns: int) -> datetime | None:
    """Return when a file was changed last, ``None`` for times that no calendar has: a phone may send any."""
    try:
        return datetime.fromtimestamp(mtime_ns / 10**9, UTC).astimezone()
    except ValueError, OverflowError, OSError:
        return None


def _interest(guess: PathEffects) -> tuple[bool, bool]:
    """Return what sorts those first to which something happens: not all that could be in a stack has company."""
    happens = bool(guess.stacked or guess.effects.kinds - {Effect.STACK})
    return not happens, not guess.effects.rules


def _shown(rules: SortingRules, guess: PathEffects, moments: Mapping[str, datetime | None]) -> PathEffects:
    moment = moments[guess.path]
    together = of_one_moment([moments[path] for path in guess.stacked])
    return PathEffects(guess.path, moment, rules.effects(guess.path, moment), guess.stacked if together else ())
