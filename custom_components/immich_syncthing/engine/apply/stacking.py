"""Which photos the rules stack: those that Immich has read, that belong together, and that nobody has stacked.

A photo that comes later joins the stack that the rules made of the others. What their owner stacked otherwise, or took
apart, is left alone.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Final

from ...immich.errors import NotFoundError, ServerError, UnexpectedAnswerError
from ...immich.models import Asset, AssetDetails, StackRef, Visibility
from ..ledger.sorting_triggers import STACKED
from ..ledger.sortings import SortingView
from ..ledger.stackings import Neighbour, WantedStack
from ..sorting.model import SortingRules
from ..sorting.stacking import IN_TURN, Group, Stacking, group_of, in_order, of_one_moment
from ..sorting.wishes import Stack
from .context import Context
from .sorting_look import AT_ONCE

_LOOKED_UP: Final = 500
"""Groups in one look at the ledger, for which nobody else has to wait long."""


@dataclass(frozen=True, slots=True)
class _Photo:
    neighbour: Neighbour
    stack: StackRef | None


async def stacks_of(
    context: Context,
    rules: Mapping[str, SortingRules],
    owner_id: str,
    photos: Sequence[SortingView],
    assets: Mapping[str, Asset],
    *,
    anew: bool,
) -> dict[str, Stack]:
    """Return the stacks that photos are to come into, by their assets' ids.

    ``anew``: also what the rules had stacked before, and their owner took apart.

    Raises:
        ImmichError: everything else would meet it as well.
    """
    if not any(rule.stack for one in rules.values() for rule in one.rules):
        return {}
    gate = asyncio.Semaphore(AT_ONCE)
    stacks: dict[str, Stack] = {}
    for kind in IN_TURN:
        due = [one for one in photos if one.todo & STACKED and one.asset_id not in stacks]
        groups = await context.workers.disk.run(_groups, rules, due, assets, kind)
        for folder_id, found in groups.items():
            for some in batched(found, _LOOKED_UP, strict=False):
                rows = await context.workers.ledger.run(context.ledger.neighbours, folder_id, some)
                made = await asyncio.gather(
                    *(
                        _stack(context, rules[folder_id], owner_id, group, near, gate, anew=anew)
                        for group, near in zip(some, rows, strict=True)
                    )
                )
                for stack, newcomers in made:
                    # A photo with several files is in one stack only.
                    if stack is not None and not stacks.keys() & newcomers:
                        stacks |= dict.fromkeys(newcomers, stack)
    return stacks


async def settle_stacks(context: Context) -> None:
    """Find out which stacks Immich has made that it was asked for when a round broke off: those are no owner's.

    Raises:
        ImmichError: everything else would meet it as well.
    """
    ended: dict[WantedStack, str | None] = {}
    for stack in await context.workers.ledger.run(context.ledger.unsure_stacks):
        try:
            ended[stack] = await _found(context, stack)
        except ServerError, UnexpectedAnswerError:
            continue
    if ended:
        await context.workers.ledger.run(context.ledger.end_stacks, ended)


async def _found(context: Context, stack: WantedStack) -> str | None:
    """Return the id of a stack that is as it was wanted; ``None`` if it is not, or not any more."""
    try:
        top = (await context.immich.details(stack.top)).stack
        if top is None or top.primary_id != stack.top:
            return None
        for _, asset_id in stack.photos:
            if (await context.immich.details(asset_id)).stack != top:
                return None
    except NotFoundError:
        return None
    return top.id


def _groups(
    rules: Mapping[str, SortingRules], photos: Sequence[SortingView], assets: Mapping[str, Asset], kind: Stacking
) -> dict[str, list[Group]]:
    """Return the groups of a kind that photos may belong to, by the folder that they are in."""
    found: dict[tuple[str, Group], None] = {}
    for photo in photos:
        for place in photo.places:
            group = group_of(place.path, kind) if place.folder_id in rules else None
            if group is not None:
                effects = rules[place.folder_id].effects(place.path, assets[photo.asset_id].local_time)
                found |= {(place.folder_id, group): None} if kind in effects.stack else {}
    by_folder: dict[str, list[Group]] = {}
    for folder_id, group in found:
        by_folder.setdefault(folder_id, []).append(group)
    return by_folder


async def _stack(
    context: Context,
    rules: SortingRules,
    owner_id: str,
    group: Group,
    near: Sequence[Neighbour],
    gate: asyncio.Semaphore,
    *,
    anew: bool,
) -> tuple[Stack | None, frozenset[str]]:
    """Return the stack of a group, if there is one to be made, and the assets that come into it."""
    once = {one.asset_id: one for one in near}
    named = {one.path: one for one in once.values()}
    ordered = in_order(group, named)
    if not ordered:
        return None, frozenset()
    shown = await asyncio.gather(*(_details(context, named[path], owner_id, gate) for path in ordered))
    photos, taken = [], []
    for path, details in zip(ordered, shown, strict=True):
        moment = None if details is None else details.asset.local_time
        if details is not None and group.kind in rules.effects(path, moment).stack:
            photos.append(_Photo(named[path], details.stack))
            taken.append(moment)
    if not of_one_moment(taken):
        return None, frozenset()
    return _made_of(group, photos, anew=anew)


async def _details(context: Context, photo: Neighbour, owner_id: str, gate: asyncio.Semaphore) -> AssetDetails | None:
    """Return how a photo is in Immich, if it may be stacked."""
    async with gate:
        try:
            found = await context.immich.details(photo.asset_id)
        except NotFoundError, ServerError, UnexpectedAnswerError:
            return None
    asset = found.asset
    ours = asset.checksum == photo.checksum and asset.owner_id == owner_id and asset.library_id is None
    seen = asset.visibility in {Visibility.TIMELINE, Visibility.ARCHIVE} and not asset.is_trashed
    return found if ours and seen and found.is_read and asset.has_metadata else None


def _made_of(group: Group, photos: Sequence[_Photo], *, anew: bool) -> tuple[Stack | None, frozenset[str]]:
    ours = {one.neighbour.stack_id for one in photos} - {None}
    stacks = {one.stack for one in photos if one.stack is not None}
    if len(stacks) > 1 or any(stack.id not in ours for stack in stacks):
        return None, frozenset()
    inside = {one.neighbour.path: one.neighbour for one in photos if one.stack is not None}
    come = {
        one.neighbour.path: one.neighbour
        for one in photos
        if one.stack is None and (anew or one.neighbour.due or one.neighbour.stack_id is None)
    }
    together = inside | come
    ordered = in_order(group, together)
    if not come or not ordered:
        return None, frozenset()
    asset_ids = [together[path].asset_id for path in ordered]
    for stack in stacks:
        before = in_order(group, inside) or ordered
        if together[before[0]].asset_id == stack.primary_id:
            asset_ids.append(stack.primary_id)
        else:
            # Its owner has put another photo on top.
            asset_ids.insert(0, stack.primary_id)
    newcomers = frozenset(one.asset_id for one in come.values())
    return Stack(tuple(together[path] for path in ordered), tuple(dict.fromkeys(asset_ids))), newcomers
