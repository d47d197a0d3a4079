"""Telling Immich what rules say: one request for many photos that get the same, effect by effect.

An effect that Immich refuses keeps no other, and a photo that it stumbles over no other photo.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import batched
from typing import Final, cast

from ...immich.errors import ImmichError, MissingPermissionError, NotFoundError
from ...immich.models import BatchResult, Change, Visibility
from ..ledger.sortings import PlacedAlbum
from ..ledger.stackings import WantedStack
from ..sorting.model import Effect
from ..sorting.wildcards import normal
from ..sorting.wishes import Value, Wish
from .context import LOST, STOPPING, Context

_LOGGER = logging.getLogger(__name__)

LACKING: Final = "lacking:"
"""How a problem begins that is a permission which the key lacks."""

TAGS_AT_ONCE: Final = 500
HALVES: Final = 64
"""Requests that one effect may take more in a round to find what Immich stumbles over."""

NO_ALBUM: Final = "no_album"
"""The problem of photos whose album cannot be made."""

type Failures = dict[str, str]
"""Why it did not work, by the asset's id."""


@dataclass(slots=True)
class Outcome:
    """What became of wishes. ``failed``: by effect; one that is missing was not tried. ``lost``: why no more was."""

    failed: dict[Effect, Failures] = field(default_factory=dict)
    put: dict[str, list[PlacedAlbum]] = field(default_factory=dict)
    taken: dict[str, list[PlacedAlbum]] = field(default_factory=dict)
    lost: ImmichError | None = None


async def carry_out(context: Context, wishes: Mapping[str, Wish]) -> Outcome:
    """Do what is wished for the assets with these ids, as far as Immich lets us. Raises ``LedgerError``."""
    outcome = Outcome()
    for effect in Effect:
        failed: Failures = {}
        try:
            if effect is Effect.ALBUM:
                await _sort_into_albums(context, wishes, outcome, failed)
            elif effect is Effect.TAGS:
                await _tag(context, _groups(wishes, effect), failed)
            elif effect is Effect.STACK:
                await _stack(context, wishes, failed)
            else:
                await _in_groups(partial(_change, context, effect), _groups(wishes, effect), failed)
        except MissingPermissionError as error:
            _LOGGER.warning("Rules are not carried out: the key lacks %s", error.permission)
            failed |= dict.fromkeys(_meant(wishes, effect), f"{LACKING}{error.permission}")
        except LOST as error:
            outcome.lost = error
            break
        except ImmichError as error:
            _LOGGER.warning("Rules are not carried out yet: %s %s", error.code, error.detail)
            failed |= dict.fromkeys(_meant(wishes, effect), error.code)
        outcome.failed[effect] = failed
    return outcome


def _meant(wishes: Mapping[str, Wish], effect: Effect) -> list[str]:
    if effect is Effect.ALBUM:
        return [asset_id for asset_id, wish in wishes.items() if wish.put or wish.take]
    if effect is Effect.STACK:
        return [asset_id for asset_id, wish in wishes.items() if wish.stack is not None]
    return [asset_id for asset_id, wish in wishes.items() if any(one is effect for one, _ in wish.gives)]


def _groups(wishes: Mapping[str, Wish], effect: Effect) -> dict[Value, list[str]]:
    """Return the assets that get the same, by what that is."""
    groups: dict[Value, list[str]] = {}
    for asset_id, wish in wishes.items():
        for given, value in wish.gives:
            if given is effect:
                groups.setdefault(value, []).append(asset_id)
    return groups


type Send[V] = Callable[[V, Sequence[str]], Awaitable[Iterable[str]]]
"""Sends one value for some assets, and returns those that Immich refused."""


async def _in_groups[V](send: Send[V], groups: Mapping[V, Sequence[str]], failed: Failures) -> None:
    halves = [HALVES]
    for value, asset_ids in groups.items():
        await _isolated(partial(send, value), asset_ids, failed, halves)


async def _isolated(
    send: Callable[[Sequence[str]], Awaitable[Iterable[str]]],
    asset_ids: Sequence[str],
    failed: Failures,
    left: list[int],
) -> None:
    """Send for all of them; where Immich stumbles, for either half, so that one photo keeps no other."""
    try:
        refused = await send(asset_ids)
    except STOPPING:
        raise
    except ImmichError as error:
        if len(asset_ids) == 1 or left[0] < 1 or not error.retryable:
            failed |= dict.fromkeys(asset_ids, error.code)
            return
        left[0] -= 2
        middle = len(asset_ids) // 2
        await _isolated(send, asset_ids[:middle], failed, left)
        await _isolated(send, asset_ids[middle:], failed, left)
    else:
        failed |= dict.fromkeys(refused, NotFoundError.code)


async def _change(context: Context, effect: Effect, value: Value, asset_ids: Sequence[str]) -> Collection[str]:
    result: BatchResult = await context.immich.update_all(asset_ids, **_fields(effect, value))
    return result.refused


def _fields(effect: Effect, value: Value) -> Change:
    match effect:
        case Effect.FAVOURITE:
            return {"is_favorite": True}
        case Effect.ARCHIVE:
            return {"visibility": Visibility.ARCHIVE}
        case Effect.DESCRIPTION:
            return {"description": cast("str", value)}
        case Effect.RATING:
            return {"rating": cast("int", value)}
        case _:
            return {"position": cast("tuple[float, float]", value)}


async def _tag(context: Context, groups: Mapping[Value, Sequence[str]], failed: Failures) -> None:
    async def add(tag_id: str, asset_ids: Sequence[str]) -> Iterable[str]:
        return (await context.immich.add_tag(tag_id, asset_ids)).refused

    made: dict[Value, str] = {}

    async def make(values: Sequence[str]) -> Iterable[str]:
        made.update(zip(values, (tag.id for tag in await context.immich.make_tags(values)), strict=True))
        return ()

    refused: Failures = {}
    halves = [HALVES]
    for values in batched(map(str, groups), TAGS_AT_ONCE, strict=False):
        await _isolated(make, values, refused, halves)
    for value, problem in refused.items():
        failed |= dict.fromkeys(groups[value], problem)
    await _in_groups(add, {tag_id: groups[value] for value, tag_id in made.items()}, failed)


async def _stack(context: Context, wishes: Mapping[str, Wish], failed: Failures) -> None:
    """Make the stacks, each once; one that Immich refuses keeps no other."""
    stacks = dict.fromkeys(wish.stack for wish in wishes.values() if wish.stack is not None)
    if not stacks:
        return
    ledger = context.ledger
    ended: dict[WantedStack, str | None] = dict.fromkeys(stack.wanted for stack in stacks)
    await context.workers.ledger.run(ledger.begin_stacks, list(ended))
    try:
        for stack in stacks:
            # Until Immich answers, nobody knows whether there is that stack.
            del ended[stack.wanted]
            try:
                ended[stack.wanted] = await context.immich.stack(*stack.asset_ids)
            except ImmichError as error:
                if not error.retryable:
                    ended[stack.wanted] = None
                if isinstance(error, STOPPING):
                    raise
                failed |= {one.asset_id: error.code for one in stack.photos if one.asset_id in wishes}
    finally:
        await context.workers.ledger.run(ledger.end_stacks, ended)


async def _sort_into_albums(context: Context, wishes: Mapping[str, Wish], outcome: Outcome, failed: Failures) -> None:
    albums = await _albums(context, {name for wish in wishes.values() for name, _ in wish.put})
    comes, goes = _moves(wishes, albums, failed)

    async def put(album_id: str, asset_ids: Sequence[str]) -> Iterable[str]:
        return (await context.immich.add_to_album(album_id, asset_ids)).refused

    async def take(album_id: str, asset_ids: Sequence[str]) -> Iterable[str]:
        try:
            return (await context.immich.remove_from_album(album_id, asset_ids)).refused
        except NotFoundError:
            # Its owner has removed the album.
            return ()

    await _in_groups(put, comes, failed)
    await _in_groups(take, goes, failed)
    for asset_id, wish in wishes.items():
        if asset_id not in failed:
            outcome.put[asset_id] = [PlacedAlbum(rule, name, albums[name]) for name, rule in wish.put]
            outcome.taken[asset_id] = list(wish.take)


def _moves(
    wishes: Mapping[str, Wish], albums: Mapping[str, str], failed: Failures
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return which assets come into which albums, and which go out of which."""
    comes: dict[str, list[str]] = {}
    goes: dict[str, list[str]] = {}
    for asset_id, wish in wishes.items():
        names = {name for name, _ in wish.put}
        if names - albums.keys():
            failed[asset_id] = NO_ALBUM
            continue
        coming = {albums[name] for name in names}
        for album_id in sorted(coming):
            comes.setdefault(album_id, []).append(asset_id)
        for album_id in sorted({one.album_id for one in wish.take} - coming - wish.keeps):
            goes.setdefault(album_id, []).append(asset_id)
    return comes, goes


async def _albums(context: Context, names: Collection[str]) -> dict[str, str]:
    """Return the albums of these names: those used so far, whatever their owner calls them by now, else own ones.

    What is missing is made; one that cannot be made is not among them.
    """
    if not names:
        return {}
    known = await context.workers.ledger.run(context.ledger.rule_albums)
    own = await context.immich.own_albums()
    ids = {album.id for album in own}
    found: dict[str, str] = {}
    for name in sorted(names):
        album_id = known.get(name)
        if album_id not in ids:
            album_id = min((album.id for album in own if normal(album.name) == name), default=None)
        if album_id is None:
            album_id = await _made(context, name)
        if album_id is None:
            continue
        if known.get(name) != album_id:
            await context.workers.ledger.run(context.ledger.set_rule_album, name, album_id)
        found[name] = album_id
    return found


async def _made(context: Context, name: str) -> str | None:
    try:
        album = await context.immich.create_album(name)
    except STOPPING:
        raise
    except ImmichError as error:
        _LOGGER.warning("The album %s cannot be made in Immich: %s %s", name, error.code, error.detail)
        return None
    _LOGGER.info("A rule made the album %s", name)
    return album.id
