"""Which photos leave a folder so that the phone has space: the oldest that Immich has, by rule or as asked.

A rule frees some in each cycle, and so many a day at most. What an owner asks for is chosen at once, and freed by the
cycles that follow. Either way it is looked at again just before its file goes; see :mod:`.apply.free`.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..immich.errors import MissingPermissionError, NotFoundError, ServerError, UnexpectedAnswerError
from .actions import Action, DeleteFiles, FreeFiles
from .apply.context import Context
from .facts import World
from .gate import one_way
from .leaving import Leaving, Request, Stays
from .ledger.captures import LONGEST_PUT_OFF
from .ledger.views import Aged
from .rules import DAY_SECONDS, Rules, Space, Traits
from .traits import AT_ONCE, Subject, ask_traits

FREED_AT_ONCE = 100
"""Photos that a rule frees from a folder in one cycle, at most."""

AGES_AT_ONCE = 1_000
"""Photos of a folder whose age one cycle asks, at most (1.3 s on Immich 2.7.5)."""

PAGE = 500
"""Photos chosen at once."""

READ_SECONDS = 3600.0
"""How long a photo is linked before its age is asked: Immich must have read its metadata by then."""

UNKNOWN_AGE_SECONDS = 30 * DAY_SECONDS
PROTECTED_SECONDS = DAY_SECONDS
"""When a photo of unknown age, or a protected one, is asked about again."""

REQUEST_SECONDS = 3600.0
"""How long what an owner asked for waits until its folder can be changed."""

WINDOW = "free"
"""The ledger's window of photos that left by a rule: with a limit of its own, apart from that of deletions."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to leave a folder, oldest first; why others that were looked at stay; and how many there are of all."""

    chosen: tuple[Aged, ...]
    staying: Mapping[bytes, Stays]
    kept: Mapping[Stays, int]


# --- in each cycle ---------------------------------------------------------------------------------------------


async def with_freeable(context: Context, world: World) -> World:
    """Return the world with what its folders keep no longer, some in each cycle. Raises ``ImmichError``."""
    found: dict[bytes, set[str]] = {}
    for folder_id in sorted(world.deletable & context.folders.keys()):
        leaving, rules = context.leaving_of(folder_id), context.folders[folder_id].settings.rules
        if not (rules.frees or leaving.request or leaving.videos):
            continue
        chosen = await _chosen_now(context, folder_id, rules, leaving)
        leaving.order = {checksum: number for number, checksum in enumerate(chosen)}
        for checksum in chosen:
            found.setdefault(checksum, set()).add(folder_id)
    if not found:
        return world
    await context.workers.ledger.run(context.ledger.plan_to_free, sorted(found), (), 0.0)
    return replace(world, freeable={checksum: frozenset(where) for checksum, where in found.items()})


async def _chosen_now(context: Context, folder_id: str, rules: Rules, leaving: Leaving) -> list[bytes]:
    """Return what leaves a folder now: first the videos of what has left, then what its owner asked for, then more."""
    sizes = await context.workers.ledger.run(context.ledger.video_sizes, folder_id, sorted(leaving.videos))
    leaving.videos = set(sizes)
    asked = await _asked_for(context, folder_id, leaving)
    by_rule: Sequence[Aged] = ()
    if rules.frees:
        by_rule = await _by_rule(context, folder_id, rules, spare=sum(sizes.values()))
    now = context.clock.wall()
    for_room = {one.checksum for one in by_rule if not rules.space.too_old(one.captured_at, now)}
    leaving.for_room = frozenset(for_room.difference(sizes, asked))
    return list(dict.fromkeys([*sorted(sizes), *asked, *(one.checksum for one in by_rule)]))


async def _asked_for(context: Context, folder_id: str, leaving: Leaving) -> list[bytes]:
    """Return what its owner asked for and what is still to go; nobody waits for what cannot."""
    request = leaving.request
    if request is None:
        return []
    request.narrow(leaving.videos)
    if context.clock.monotonic() >= request.until:
        request.give_up()
    there = await context.workers.ledger.run(context.ledger.linked_of, folder_id, list(request.left))
    for checksum in [one for one in request.left if one not in there]:
        leaving.stayed(checksum, Stays.NOT_CONFIRMED)
    if request.done:
        leaving.request = None
    return list(request.left)


async def _by_rule(context: Context, folder_id: str, rules: Rules, *, spare: int) -> tuple[Aged, ...]:
    """Return what leaves a folder by itself. ``spare``: bytes that leave it anyway."""
    ledger, now = context.ledger, context.clock.wall()
    all_known = await learn_ages(context, folder_id)
    applied = await context.workers.ledger.run(ledger.applied_since, WINDOW, folder_id, now, DAY_SECONDS)
    most = min(FREED_AT_ONCE, rules.freed_per_day - applied)
    # Before the age of all is known, nobody can tell which are the oldest.
    space = rules.space if all_known else replace(rules.space, keep_bytes=None)
    choice = await _choose(context, folder_id, space, most, put_off_until=now, spare=spare)
    later = [checksum for checksum, why in choice.staying.items() if why is not Stays.RECENT]
    await context.workers.ledger.run(ledger.plan_to_free, (), later, now + PROTECTED_SECONDS)
    return choice.chosen


def not_yet(context: Context, actions: Iterable[Action]) -> frozenset[bytes]:
    """Return what need not leave its folder for room before it is known how much other deletions make there."""
    actions = tuple(actions)
    roomier = {row.folder_id for one in actions if isinstance(one, DeleteFiles) for row in one.files}
    return frozenset(
        one.checksum
        for one in actions
        if isinstance(one, FreeFiles)
        for row in one.files
        if row.folder_id in roomier and one.checksum in context.leaving_of(row.folder_id).for_room
    )


async def still_leaves(context: Context, folder_id: str, checksum: bytes, traits: Traits) -> bool:
    """Look again whether a photo leaves its folder: by its rules as they are now, or as its owner asked."""
    leaving = context.leaving_of(folder_id)
    if checksum in leaving.videos:
        return True
    now, size = context.clock.wall(), await context.workers.ledger.run(context.ledger.bytes_in, folder_id)
    rules = context.folders[folder_id].settings.rules
    wanted = [rules.space]
    if leaving.request is not None and leaving.asked(checksum):
        wanted.append(leaving.request.space)
    return any(one.lets_go(traits, now, size) for one in wanted)


# --- as its owner asks -----------------------------------------------------------------------------------------


async def choose(context: Context, folder_id: str, space: Space, most: int) -> Choice:
    """Choose what is to leave a folder, ``most`` photos at most, and say why the others stay. Changes nothing.

    What the folder's rules protect is protected here, too.

    Raises:
        ImmichError, OtherAccountError: Immich cannot be asked.
        EngineError: Syncthing does not carry deletions from here to the phone, or the ledger fails.
        SyncthingError: it cannot be asked.
    """
    settings, ledger = context.folders[folder_id].settings, context.ledger
    for config in await context.syncthing.folders():
        hindrance = one_way(config, settings.policy, frees=True) if config.id == settings.syncthing_id else None
        if hindrance is not None:
            raise hindrance
    owner_id = await context.known_immich.owner_id(anew=True)
    while not await learn_ages(context, folder_id):
        pass
    context.traits.clear()
    space = replace(
        space,
        favourites_stay=space.favourites_stay or settings.rules.protect_favourites,
        albums_stay=space.albums_stay or settings.rules.protect_albums,
    )
    ages = await context.workers.ledger.run(ledger.ages, folder_id)
    choice = await _choose(context, folder_id, space, most, put_off_until=LONGEST_PUT_OFF, owner_id=owner_id)
    kept = Counter(choice.staying.values())
    kept.update(choice.kept)
    kept.update({Stays.UNKNOWN_AGE: ages.undated, Stays.BROUGHT_BACK: ages.brought_back, Stays.BUSY: ages.busy})
    kept[Stays.NOT_LINKED] = ages.not_linked
    kept[Stays.RECENT] += max(0, ages.dated - len(choice.chosen) - len(choice.staying) - kept[Stays.OVER_LIMIT])
    return replace(choice, kept={why: number for why, number in kept.items() if number})


def begin(context: Context, folder_id: str, space: Space, choice: Choice) -> Request:
    """Have what was chosen freed by the next cycles of its folder. What was asked for before is given up."""
    leaving = context.leaving_of(folder_id)
    if leaving.request is not None:
        leaving.request.give_up()
    leaving.request = Request(space, choice.chosen, context.clock.monotonic() + REQUEST_SECONDS)
    return leaving.request


async def _choose(
    context: Context,
    folder_id: str,
    space: Space,
    most: int,
    *,
    put_off_until: float,
    spare: int = 0,
    owner_id: str | None = None,
) -> Choice:
    """Choose the oldest photos that are to leave, as Immich shows them now. ``owner_id``: asking the oracle as well."""
    run, ledger = context.workers.ledger.run, context.ledger
    now, size = context.clock.wall(), await run(ledger.bytes_in, folder_id) - spare
    chosen: list[Aged] = []
    staying: dict[bytes, Stays] = {}
    over_limit, after = 0, None
    while True:
        page = await run(ledger.oldest, folder_id, put_off_until, PAGE, after)
        first = _leading(page, space, now, size)
        if not first:
            break
        room = max(0, most - len(chosen))
        if room == 0 and owner_id is None:
            break
        if room == 0:
            over_limit, size = over_limit + len(first), size - sum(one.size for one in first)
        else:
            first = first[:room]
            sure = await _confirmed(context, folder_id, first, after, put_off_until, owner_id)
            stays = await _why_they_stay(context, space, sure, now, size)
            for one in first:
                why = stays.get(one.checksum, None if one in sure else Stays.NOT_CONFIRMED)
                if why is None:
                    chosen.append(one)
                    size -= one.size
                else:
                    staying[one.checksum] = why
        after = first[-1]
    return Choice(tuple(chosen), staying, {Stays.OVER_LIMIT: over_limit})


def _leading(page: Sequence[Aged], space: Space, now: float, size: int) -> list[Aged]:
    """Return the oldest that are to leave if nothing protects them."""
    found: list[Aged] = []
    for one in page:
        if not space.too_old(one.captured_at, now) and not space.too_full(size):
            break
        found.append(one)
        size -= one.size
    return found


async def _confirmed(
    context: Context,
    folder_id: str,
    first: Sequence[Aged],
    after: Aged | None,
    put_off_until: float,
    owner_id: str | None,
) -> list[Aged]:
    """Return those that the oracle confirms to be active, if it shall be asked."""
    if owner_id is None:
        return list(first)
    await context.immich_observer.ask([one.checksum for one in first], owner_id)
    run, ledger = context.workers.ledger.run, context.ledger
    return [one for one in await run(ledger.oldest, folder_id, put_off_until, len(first), after) if one in first]


async def _why_they_stay(
    context: Context, space: Space, photos: Sequence[Aged], now: float, size: int
) -> dict[bytes, Stays]:
    """Ask Immich about photos that are to leave; return those that stay nevertheless."""
    traits = await ask_traits(context, [Subject(one.checksum, one.asset_id) for one in photos])
    dates = [
        (one.checksum, traits[one.checksum].captured_at)
        for one in photos
        if one.checksum in traits and traits[one.checksum].captured_at != one.captured_at
    ]
    if dates:
        await context.workers.ledger.run(context.ledger.set_captured, dates, now)
    found = {one.checksum: _why_it_stays(space, traits.get(one.checksum), now, size) for one in photos}
    return {checksum: why for checksum, why in found.items() if why is not None}


def _why_it_stays(space: Space, traits: Traits | None, now: float, size: int) -> Stays | None:
    if traits is None:
        return Stays.NOT_CONFIRMED
    if traits.captured_at is None:
        return Stays.UNKNOWN_AGE
    if space.protects(traits):
        return Stays.FAVOURITE if space.favourites_stay and traits.favourite else Stays.IN_ALBUM
    return None if space.lets_go(traits, now, size) else Stays.RECENT


# --- how old they are ------------------------------------------------------------------------------------------


async def learn_ages(context: Context, folder_id: str) -> bool:
    """Learn the capture dates of some linked photos; return whether those of all are known, or cannot be."""
    ledger, now = context.ledger, context.clock.wall()
    undated = await context.workers.ledger.run(
        ledger.undated, folder_id, now - READ_SECONDS, now - UNKNOWN_AGE_SECONDS, AGES_AT_ONCE
    )
    dates = await _dates(context, [Subject(*one) for one in undated])
    if dates:
        await context.workers.ledger.run(ledger.set_captured, dates, now)
    return len(undated) < AGES_AT_ONCE


async def _dates(context: Context, subjects: Sequence[Subject]) -> list[tuple[bytes, float | None]]:
    """Ask when photos were taken, some at a time, whatever else the key may not see of them."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(subject: Subject) -> float | None:
        async with gate:
            try:
                asset = await context.immich.asset(subject.asset_id)
            except MissingPermissionError, NotFoundError, ServerError, UnexpectedAnswerError:
                return None
        known = asset.checksum == subject.checksum and asset.captured_at is not None
        return asset.captured_at.timestamp() if known and asset.captured_at is not None else None

    dates = await asyncio.gather(*(ask(subject) for subject in subjects))
    return [(one.checksum, date) for one, date in zip(subjects, dates, strict=True)]
