"""What the rules still mean for one photo, seeing what it has in Immich already. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from ...immich.models import Asset, Visibility
from ..ledger.sorting_triggers import MOVED, STACKED
from ..ledger.sortings import PlacedAlbum, SortingView
from ..ledger.stackings import Neighbour, WantedStack
from .model import Effect, Effects

BITS: Final = {effect: 1 << number for number, effect in enumerate(Effect) if effect is not Effect.STACK} | {
    Effect.STACK: STACKED
}
"""Together they are ``EVERYTHING``."""

type Value = str | int | bool | tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that is to be made: what will be in it, in its order, and the assets that Immich is told.

    Where they are fewer, the top of an earlier stack stands for all that is in that.
    """

    photos: tuple[Neighbour, ...]
    asset_ids: tuple[str, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Return where the photos are."""
        return tuple(one.path for one in self.photos)

    @property
    def wanted(self) -> WantedStack:
        """Return it as the ledger notes it."""
        return WantedStack(self.asset_ids[0], tuple((one.checksum, one.asset_id) for one in self.photos))


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done to one photo.

    ``put``: names of albums with the rules that say so; ``take``: what rules said, and say no more; ``keeps``: albums
    that it is in by rules that still say so. ``stack``: the one that it comes into.
    """

    gives: tuple[tuple[Effect, Value], ...] = ()
    put: tuple[tuple[str, str], ...] = ()
    take: tuple[PlacedAlbum, ...] = ()
    keeps: frozenset[str] = frozenset()
    stack: Stack | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.gives or self.put or self.take or self.stack)

    @property
    def kinds(self) -> frozenset[Effect]:
        """Return what it is about."""
        kinds = {effect for effect, _ in self.gives}
        kinds |= {Effect.ALBUM} if self.put or self.take else set()
        return frozenset(kinds | {Effect.STACK} if self.stack is not None else kinds)


def wish(
    view: SortingView, effects: Effects, asset: Asset, ruling: Collection[str], stack: Stack | None = None
) -> Wish:
    """Return what the effects mean for a photo that Immich has read. ``ruling``: ids of rules that name an album.

    A description, a rating and a location only fill in what is missing: the photo's own, its sidecar's and its owner's
    count. Out of an album it is taken by the rule alone that put it there and names another one now.
    """
    todo = frozenset(effect for effect, bit in BITS.items() if view.todo & bit)
    gives = tuple(one for one in _gives(effects, asset) if one[0] in todo)
    if Effect.ALBUM not in todo and not view.todo & MOVED:
        return Wish(gives, stack=stack)
    been = {(one.name, one.rule) for one in view.albums}
    put = effects.albums if Effect.ALBUM in todo else tuple(one for one in effects.albums if one not in been)
    left = tuple(one for one in view.albums if (one.name, one.rule) not in effects.albums and one.rule in ruling)
    keeps = frozenset(one.album_id for one in view.albums if one not in left)
    return Wish(gives, put, left, keeps, stack)


def _gives(effects: Effects, asset: Asset) -> list[tuple[Effect, Value]]:
    gives: list[tuple[Effect, Value]] = [(Effect.TAGS, value) for value in effects.tags]
    if effects.favourite and not asset.is_favorite:
        gives.append((Effect.FAVOURITE, True))
    if effects.archive and asset.visibility is Visibility.TIMELINE:
        gives.append((Effect.ARCHIVE, True))
    if effects.description is not None and not asset.description:
        gives.append((Effect.DESCRIPTION, effects.description))
    if effects.rating is not None and asset.rating is None:
        gives.append((Effect.RATING, effects.rating))
    if effects.position is not None and not asset.has_position:
        gives.append((Effect.LOCATION, effects.position))
    return gives
