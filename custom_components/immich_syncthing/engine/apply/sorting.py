"""Applying a folder's rules to the photos that came to Immich: once each, after Immich has read them."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ...immich.models import Asset, Visibility
from ..errors import NotReadError
from ..ledger.history import SORTED
from ..ledger.sorting_triggers import EVERYTHING, MOVED
from ..ledger.sortings import SortingDone, SortingView
from ..ledger.views import Given, HistoryEntry
from ..sorting.model import Effect, Effects, SortingRules
from ..sorting.wishes import BITS, Stack, Wish, wish
from .context import LONGEST_RETRY_SECONDS, Context, Run, story
from .reading import SOON_SECONDS, UNREAD_SECONDS
from .sorting_look import is_read, seen
from .sorting_steps import Outcome, carry_out
from .stacking import settle_stacks, stacks_of

_LOGGER = logging.getLogger(__name__)

PER_ROUND: Final = 10_000
"""Photos in one round: the more, the fewer requests; they take some 10 MB."""

LOOK_AGAIN_SECONDS: Final = 10.0
"""Immich reads a photo within seconds: when to look again whether it has."""

PATIENCE_SECONDS: Final = 120.0
"""How long those that were read wait for those that will be soon, so that they are told together."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """How a round ended. ``again_in``: when another one is wanted; ``waits``: nothing was done yet, but will be."""

    again_in: float | None = None
    waits: bool = False


async def apply_rules(context: Context, run: Run, folder_id: str, *, patient: bool) -> Sorted:
    """Apply the rules to some photos of a folder that wait for them.

    ``patient``: rather wait than tell Immich of some photos now and of others a moment later.

    Raises:
        ImmichError: everything else would meet it as well. What was done before is noted.
    """
    ledger, now = context.ledger, context.clock.wall()
    photos = await context.workers.ledger.run(ledger.to_sort, folder_id, now, PER_ROUND)
    if not photos:
        return Sorted()
    await context.known_immich.sure()
    assets = await seen(context, run.owner_id, photos, just_now=True)
    unread = [one for one in photos if _is_unread(assets.get(one.asset_id))]
    soon = any(_waited(one, now) < SOON_SECONDS for one in unread)
    if soon and patient:
        return Sorted(LOOK_AGAIN_SECONDS, waits=True)
    ready = [one for one in photos if one.asset_id in assets and is_read(assets[one.asset_id])]
    await settle_stacks(context)
    wishes = await wished(context, run.owner_id, ready, assets)
    outcome = await carry_out(context, wishes)
    done = [_unread(one, now) for one in unread]
    done += [_done(one, wishes[one.asset_id], outcome, now) for one in ready]
    done += [SortingDone(one, 0, retry_at=now + LONGEST_RETRY_SECONDS) for one in photos if one.asset_id not in assets]
    await context.workers.ledger.run(ledger.note_sorted, done, context.clock.wall())
    _LOGGER.info("Applied the rules to %d photos", len(ready))
    if outcome.lost is not None:
        raise outcome.lost
    return Sorted(0.0 if len(photos) == PER_ROUND else LOOK_AGAIN_SECONDS if soon else None)


def rules_of(context: Context) -> dict[str, SortingRules]:
    """Return the rules of all folders."""
    return {folder_id: folder.settings.sorting for folder_id, folder in context.folders.items()}


async def wished(
    context: Context, owner_id: str, photos: Sequence[SortingView], assets: Mapping[str, Asset], *, anew: bool = False
) -> dict[str, Wish]:
    """Return what is to be done to photos that Immich has read, by their assets' ids. Raises as ``stacks_of``."""
    rules = rules_of(context)
    shown = [one for one in photos if assets[one.asset_id].visibility is not Visibility.HIDDEN]
    stacks = await stacks_of(context, rules, owner_id, shown, assets, anew=anew)
    return await context.workers.disk.run(_wishes_of, rules, photos, assets, stacks)


def _wishes_of(
    rules: Mapping[str, SortingRules],
    photos: Sequence[SortingView],
    assets: Mapping[str, Asset],
    stacks: Mapping[str, Stack],
) -> dict[str, Wish]:
    ruling = {rule.id for one in rules.values() for rule in one.rules if rule.album is not None}
    wishes: dict[str, Wish] = {}
    for photo in photos:
        asset = assets[photo.asset_id]
        if asset.visibility is Visibility.HIDDEN:
            # The motion part of a photo, which goes wherever that is put.
            wishes[photo.asset_id] = Wish()
        else:
            effects = effects_of(rules, photo, asset.local_time)
            wishes[photo.asset_id] = wish(photo, effects, asset, ruling, stacks.get(photo.asset_id))
    return wishes


def effects_of(rules: Mapping[str, SortingRules], photo: SortingView, taken: datetime | None) -> Effects:
    """Return what the rules say of a photo, wherever its files are."""
    effects = Effects()
    for place in photo.places:
        if place.folder_id in rules:
            effects |= rules[place.folder_id].effects(place.path, taken)
    return effects


def _is_unread(asset: Asset | None) -> bool:
    return asset is not None and not is_read(asset)


def _waited(photo: SortingView, now: float) -> float:
    """Return since when Immich has a photo; one that was linked by a clock that was ahead counts as old."""
    waited = now - photo.linked_at
    return waited if waited >= 0.0 else UNREAD_SECONDS


def _unread(photo: SortingView, now: float) -> SortingDone:
    waited = _waited(photo, now)
    problem = NotReadError.code if waited >= UNREAD_SECONDS else None
    return SortingDone(
        photo, 0, retry_at=0.0 if waited < SOON_SECONDS else now + LONGEST_RETRY_SECONDS, problem=problem
    )


def _done(photo: SortingView, wished: Wish, outcome: Outcome, now: float) -> SortingDone:
    done, problem = 0, None
    for effect in Effect:
        failed = outcome.failed.get(effect)
        if failed is not None and photo.asset_id not in failed:
            done |= BITS[effect] | (MOVED if effect is Effect.ALBUM else 0)
        elif failed is not None:
            problem = problem or failed[photo.asset_id]
    todo = photo.todo & ~done & (EVERYTHING | MOVED)
    retry_at = now + LONGEST_RETRY_SECONDS if problem is not None else 0.0
    return SortingDone(
        photo,
        done,
        tuple(outcome.put.get(photo.asset_id, ())),
        tuple(outcome.taken.get(photo.asset_id, ())),
        retry_at if todo else 0.0,
        problem if todo else None,
        _told(photo, wished, outcome),
    )


def _told(photo: SortingView, wished: Wish, outcome: Outcome) -> HistoryEntry | None:
    """Return the history's line for what a photo was given."""
    worked = {effect for effect, failed in outcome.failed.items() if photo.asset_id not in failed}
    given = wished.kinds & worked
    if not given:
        return None
    albums = [one.name for one in outcome.put.get(photo.asset_id, ())]
    left = [one.name for one in outcome.taken.get(photo.asset_id, ())]
    tags = [str(value) for effect, value in wished.gives if effect is Effect.TAGS and effect in given]
    what = Given(tuple(one.value for one in Effect if one in given), tuple(albums), tuple(left), tuple(tags))
    place = photo.places[0]
    entry = story(SORTED, place.path, place.folder_id, photo.checksum, photo.asset_id, why="rules", origin="folder")
    return replace(entry, given=what)
