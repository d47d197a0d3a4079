"""What Immich has shown lately, for whoever would ask for the very same at once."""

from datetime import UTC, datetime

import pytest

from custom_components.immich_syncthing.engine import lately
from custom_components.immich_syncthing.engine.lately import KEPT_SECONDS, Lately
from custom_components.immich_syncthing.immich.models import Asset, Visibility

from .living import RealClock

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WITHIN = 5.0


class Clock(RealClock):
    """Stands still."""

    def monotonic(self) -> float:
        return self.ahead


def asset(asset_id: str, *, favourite: bool = False) -> Asset:
    return Asset(
        asset_id, "owner", None, b"", "", False, Visibility.TIMELINE, favourite, True, None, NOW, NOW, NOW
    )  # fmt: skip


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known(clock: Clock) -> Lately:
    return Lately(clock, wanted=True)


def test_what_changed_is_known_as_it_was_shown_last(known: Lately, clock: Clock) -> None:
    known.take([asset("a"), asset("b")], whole=True)
    clock.skip(KEPT_SECONDS)
    known.take([asset("a", favourite=True)], whole=True)
    assert known.shown(WITHIN) == {"a": asset("a", favourite=True), "b": asset("b")}


def test_after_a_look_that_is_old_nothing_is_known(known: Lately, clock: Clock) -> None:
    known.take([asset("a")], whole=True)
    clock.skip(WITHIN)
    assert known.shown(WITHIN)
    clock.skip(0.1)
    assert not known.shown(WITHIN)
    known.take([], whole=True)
    assert known.shown(WITHIN)


def test_what_may_have_changed_unseen_is_not_known(known: Lately) -> None:
    known.take([asset("a")], whole=True)
    known.take([asset("b")], whole=False)
    assert known.shown(WITHIN).keys() == {"b"}
    known.forget()
    assert not known.shown(WITHIN)


def test_what_nobody_asked_for_is_not_kept_for_ever(known: Lately, clock: Clock) -> None:
    known.take([asset("a")], whole=True)
    clock.skip(KEPT_SECONDS + 1)
    known.take([], whole=True)
    assert not known.shown(WITHIN)


def test_of_many_the_latest_are_kept(known: Lately, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "MOST", 2)
    known.take([asset("a"), asset("b")], whole=True)
    known.take([asset("a"), asset("c")], whole=True)
    assert known.shown(WITHIN).keys() == {"a", "c"}


def test_without_rules_nothing_is_kept(clock: Clock) -> None:
    known = Lately(clock, wanted=False)
    known.take([asset("a")], whole=True)
    assert not known.shown(WITHIN)
