"""Which photos a folder's rules keep, withhold and free."""

import pytest

from custom_components.immich_syncthing.engine.rules import DAY_SECONDS, Rules, Traits, withheld

NOW = 1_800_000_000.0
FULL = 1_000
"""Bytes that the folder's files take."""
YOUNG = Traits(NOW - 10 * DAY_SECONDS, favourite=False, in_album=False)
OLD = Traits(NOW - 400 * DAY_SECONDS, favourite=False, in_album=False)
AGELESS = Traits(None, favourite=False, in_album=False)
LOVED = Traits(NOW - 400 * DAY_SECONDS, favourite=True, in_album=False)
COLLECTED = Traits(NOW - 400 * DAY_SECONDS, favourite=False, in_album=True)


@pytest.mark.parametrize(
    ("rules", "traits", "kept_back"),
    [
        (Rules(), OLD, False),
        (Rules(pass_on_days=30), YOUNG, False),
        (Rules(pass_on_days=10), YOUNG, False),
        (Rules(pass_on_days=9), YOUNG, True),
        (Rules(pass_on_days=30), OLD, True),
        (Rules(pass_on_days=30), AGELESS, True),
        (Rules(protect_favourites=True), LOVED, True),
        (Rules(protect_favourites=True), COLLECTED, False),
        (Rules(protect_albums=True), COLLECTED, True),
        (Rules(protect_albums=True), LOVED, False),
        (Rules(free_after_days=1), OLD, False),
    ],
)
def test_which_deletions_are_not_passed_on(rules: Rules, traits: Traits, kept_back: bool) -> None:
    assert withheld({"camera": rules, "tablet": Rules()}, traits, NOW) == ({"camera"} if kept_back else set())


@pytest.mark.parametrize(
    ("rules", "traits", "freed"),
    [
        (Rules(), OLD, False),
        (Rules(free_after_days=365), OLD, True),
        (Rules(free_after_days=400), OLD, False),
        (Rules(free_after_days=365), YOUNG, False),
        (Rules(free_after_days=0), AGELESS, False),
        (Rules(free_after_days=365, protect_favourites=True), LOVED, False),
        (Rules(free_after_days=365, protect_favourites=True), COLLECTED, True),
        (Rules(free_after_days=365, protect_albums=True), COLLECTED, False),
        (Rules(pass_on_days=1), OLD, False),
        (Rules(keep_bytes=FULL), OLD, False),
        (Rules(keep_bytes=FULL - 1), OLD, True),
        (Rules(keep_bytes=FULL - 1), YOUNG, True),
        (Rules(keep_bytes=0), AGELESS, False),
        (Rules(keep_bytes=0, protect_favourites=True), LOVED, False),
        (Rules(keep_bytes=FULL, free_after_days=365), OLD, True),
    ],
)
def test_which_photos_leave_the_folder(rules: Rules, traits: Traits, freed: bool) -> None:
    assert rules.space.lets_go(traits, NOW, FULL) is freed


def test_only_what_keeps_a_deletion_back_withholds() -> None:
    assert not Rules(free_after_days=30).withholds
    assert Rules(pass_on_days=30).withholds
    assert Rules(protect_favourites=True).withholds
    assert Rules(protect_albums=True).withholds
