"""Asking Immich what the rules want to know of photos: of those whose deletion is about to be passed on, above all.

Nothing is asked for folders without rules.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ..immich.errors import MissingPermissionError, NotFoundError, ServerError, UnexpectedAnswerError
from .apply.context import Context
from .facts import World
from .model import AssetFact, AssetState, Base
from .rules import Rules, Traits, withheld

REMEMBERED_SECONDS = 600.0
"""How long an answer counts while planning. It is asked again before anything is done."""

AT_ONCE = 8
"""Assets asked about at the same time (10 ms each on Immich 2.7.5)."""

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Subject:
    """A photo to ask about."""

    checksum: bytes
    asset_id: str


async def with_traits(context: Context, world: World, *, rested: bool) -> World:
    """Return the world with what the rules say of the photos in question. Raises ``ImmichError``.

    ``rested``: also of those that only wait for an answer.
    """
    _forget_old(context)
    rules = {folder_id: folder.settings.rules for folder_id, folder in context.folders.items()}
    withholding = {folder_id: one for folder_id, one in rules.items() if one.withholds}
    if withholding:
        found = await _withheld(context, withholding, rested=rested)
        world = replace(world, withholding=frozenset(withholding), withheld=found)
    return world


async def is_withheld(context: Context, asset_id: str, checksum: bytes, voters: Collection[str]) -> bool:
    """Look again whether a photo's age, or what its owner made of it meanwhile, keeps it. Raises ``ImmichError``."""
    rules = {one: context.folders[one].settings.rules for one in voters}
    if not any(one.withholds for one in rules.values()):
        return False
    traits = await traits_now(context, asset_id, checksum)
    return traits is None or bool(withheld(rules, traits, context.clock.wall()))


async def traits_now(context: Context, asset_id: str, checksum: bytes) -> Traits | None:
    """Ask Immich now. Raises ``ImmichError``.

    ``None``: the asset is not to be seen, not of these bytes, or the key does not tell what a rule asks; then its
    deletion waits, and nothing else does. One that is not to be seen, as what is locked, becomes a doubt: the oracle
    must tell, for no change of it ever will.
    """
    try:
        in_album = await _in_album(context, asset_id)
        asset = await context.immich.asset(asset_id)
    except MissingPermissionError:
        return None
    except NotFoundError:
        doubt = [(checksum, AssetFact(AssetState.UNKNOWN))]
        await context.workers.ledger.run(context.ledger.set_assets, doubt, context.clock.wall())
        return None
    if asset.checksum != checksum:
        return None
    captured_at = asset.captured_at.timestamp() if asset.captured_at is not None else None
    traits = Traits(captured_at, asset.is_favorite, in_album)
    context.traits[asset_id] = context.clock.monotonic(), traits
    return traits


async def _in_album(context: Context, asset_id: str) -> bool:
    if not any(folder.settings.rules.protect_albums for folder in context.folders.values()):
        return False
    return bool(await context.immich.albums_of(asset_id))


async def _withheld(context: Context, rules: Mapping[str, Rules], *, rested: bool) -> dict[bytes, frozenset[str]]:
    """Ask about every photo that was deleted in one of these folders and is still in Immich."""
    found: dict[bytes, frozenset[str]] = {}
    after: bytes | None = None
    while True:
        ledger, now = context.ledger, context.clock.wall()
        views = await context.workers.ledger.run(ledger.dirty, now, after, PAGE, rested=rested)
        if not views:
            return found
        after = views[-1].checksum
        subjects = [
            Subject(view.checksum, view.asset.id)
            for view in views
            if view.base is Base.LINKED
            and not view.present
            and view.asset.state is AssetState.ACTIVE
            and view.asset.id is not None
            and rules.keys() & (view.holders | {gone.folder_id for gone in view.gone})
        ]
        for checksum, traits in (await ask_traits(context, subjects)).items():
            found[checksum] = withheld(rules, traits, context.clock.wall())


async def ask_traits(context: Context, subjects: Sequence[Subject]) -> dict[bytes, Traits]:
    """Ask about photos, some at a time; one that Immich stumbles over stays unknown. Raises ``ImmichError``."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(subject: Subject) -> Traits | None:
        remembered = context.traits.get(subject.asset_id)
        if remembered is not None:
            return remembered[1]
        async with gate:
            try:
                return await traits_now(context, subject.asset_id, subject.checksum)
            except ServerError, UnexpectedAnswerError:
                return None

    answers = await asyncio.gather(*(ask(subject) for subject in subjects))
    return {one.checksum: traits for one, traits in zip(subjects, answers, strict=True) if traits is not None}


def _forget_old(context: Context) -> None:
    """Forget answers that do not count any more, so that a library's are never remembered all at once."""
    moment = context.clock.monotonic() - REMEMBERED_SECONDS
    for asset_id in [one for one, (asked_at, _) in context.traits.items() if asked_at <= moment]:
        del context.traits[asset_id]
