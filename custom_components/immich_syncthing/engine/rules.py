"""What a photo's age, and what its owner made of it in Immich, mean for deletions. Pure: the time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass

DAY_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Rules:
    """A folder's rules about single photos; ages are in days since the capture that the photo itself tells.

    ``pass_on_days``: deletions of older photos are not passed on. ``free_after_days``: older photos leave the folder
    and stay in Immich. ``protect_favourites``, ``protect_albums``: such photos are neither freed, nor is their deletion
    passed on.
    """

    pass_on_days: int | None = None
    free_after_days: int | None = None
    protect_favourites: bool = False
    protect_albums: bool = False

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


def freeable(rules: Mapping[str, Rules], traits: Traits, now: float) -> frozenset[str]:
    """Return the folders that keep this photo no longer. One of unknown age is kept."""
    return frozenset(
        folder_id
        for folder_id, one in rules.items()
        if one.free_after_days is not None
        and traits.captured_at is not None
        and traits.captured_at < now - one.free_after_days * DAY_SECONDS
        and not one.protects(traits)
    )


def _captured_since(traits: Traits, moment: float) -> bool:
    return traits.captured_at is not None and traits.captured_at >= moment
