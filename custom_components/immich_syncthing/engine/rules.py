"""What a photo's age, and what its owner made of it in Immich, mean for deletions. Pure: the time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass

DAY_SECONDS = 24 * 3600.0

FREED_PER_DAY = 500
"""Photos that leave a folder by themselves within a day, at most, unless its owner says otherwise."""


@dataclass(frozen=True, slots=True)
class Space:
    """How much of the phone's space a folder's photos may take, the oldest going first.

    ``after_days``: photos captured longer ago leave. ``keep_bytes``: so many bytes of files stay at most. Where either
    is ``None``, it asks for nothing. ``favourites_stay``, ``albums_stay``: such photos do not leave.
    """

    after_days: float | None = None
    keep_bytes: int | None = None
    favourites_stay: bool = False
    albums_stay: bool = False

    @property
    def asks(self) -> bool:
        """Whether any photo may have to leave."""
        return self.after_days is not None or self.keep_bytes is not None

    def too_old(self, captured_at: float, now: float) -> bool:
        """Return whether a photo leaves because of its age."""
        return self.after_days is not None and captured_at < now - self.after_days * DAY_SECONDS

    def too_full(self, size: int) -> bool:
        """Return whether photos have to leave because the folder takes ``size`` bytes."""
        return self.keep_bytes is not None and size > self.keep_bytes

    def protects(self, traits: Traits) -> bool:
        """Return whether this photo does not leave, whatever else is asked for."""
        return (self.favourites_stay and traits.favourite) or (self.albums_stay and traits.in_album)

    def lets_go(self, traits: Traits, now: float, size: int) -> bool:
        """Return whether this photo leaves a folder that takes ``size`` bytes. One of unknown age is kept."""
        if traits.captured_at is None or self.protects(traits):
            return False
        return self.too_old(traits.captured_at, now) or self.too_full(size)


@dataclass(frozen=True, slots=True)
class Rules:
    """A folder's rules about single photos; ages are in days since the capture that the photo itself tells.

    ``pass_on_days``: deletions of older photos are not passed on. ``free_after_days``: older photos leave the folder
    and stay in Immich. ``protect_favourites``, ``protect_albums``: such photos are neither freed, nor is their deletion
    passed on. ``keep_bytes``: where the folder's files take more, the oldest leave it as well. ``freed_per_day``: so
    many photos at most leave it within a day because of that.
    """

    pass_on_days: int | None = None
    free_after_days: int | None = None
    protect_favourites: bool = False
    protect_albums: bool = False
    keep_bytes: int | None = None
    freed_per_day: int = FREED_PER_DAY

    @property
    def space(self) -> Space:
        """What they say about the phone's space."""
        return Space(self.free_after_days, self.keep_bytes, self.protect_favourites, self.protect_albums)

    @property
    def frees(self) -> bool:
        """Whether photos leave the folder by themselves."""
        return self.space.asks

    @property
    def withholds(self) -> bool:
        """Whether some deletions in the folder are not passed on."""
        return self.pass_on_days is not None or self.protect_favourites or self.protect_albums

    def protects(self, traits: Traits) -> bool:
        """Return whether this photo is to stay wherever it is."""
        return (self.protect_favourites and traits.favourite) or (self.protect_albums and traits.in_album)


@dataclass(frozen=True, slots=True)
class Traits:
    """What the rules ask of a photo. ``captured_at``: wall seconds, ``None`` where the photo does not tell."""

    captured_at: float | None
    favourite: bool
    in_album: bool


def withheld(rules: Mapping[str, Rules], traits: Traits, now: float) -> frozenset[str]:
    """Return the folders that do not pass this photo's deletion on. With an age rule, an unknown age counts as old."""
    return frozenset(
        folder_id
        for folder_id, one in rules.items()
        if one.protects(traits)
        or (one.pass_on_days is not None and not _captured_since(traits, now - one.pass_on_days * DAY_SECONDS))
    )


def _captured_since(traits: Traits, moment: float) -> bool:
    return traits.captured_at is not None and traits.captured_at >= moment
