"""How often Immich is looked at, and how far apart hints wake anybody."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

import pytest

from custom_components.immich_syncthing.pace import ACTIVE_FOR_SECONDS, TOLD_SECONDS, Pace, Spacing

from .household import Jump


@dataclass
class Timer:
    """What a loop returns for something that it will call."""

    when: float
    act: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Loop:
    """An event loop of which only the clock runs."""

    now: float = 1000.0
    timers: list[Timer] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, act: Callable[[], None]) -> Timer:
        self.timers.append(Timer(when, act))
        return self.timers[-1]

    def pass_to(self, moment: float) -> None:
        due = sorted((one for one in self.timers if one.when <= moment), key=lambda one: one.when)
        self.timers = [one for one in self.timers if one.when > moment]
        for timer in due:
            self.now = timer.when
            if not timer.cancelled:
                timer.act()
        self.now = moment


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def acted() -> list[float]:
    return []


@pytest.fixture
def spacing(loop: Loop, acted: list[float]) -> Spacing:
    return Spacing(cast("asyncio.AbstractEventLoop", loop), lambda: acted.append(loop.now - 1000))


@pytest.mark.parametrize(
    ("quiet", "rest"),
    [(0, 5), (ACTIVE_FOR_SECONDS, 5), (2 * ACTIVE_FOR_SECONDS, 10), (6 * ACTIVE_FOR_SECONDS, 30), (86_400, 30)],
)
def test_the_longer_nothing_happened_the_seldomer_it_is_looked(quiet: float, rest: float) -> None:
    now = 0.0
    pace = Pace(lambda: now)
    now = quiet
    assert pace.seconds == rest
    pace.note_activity()
    assert pace.seconds == 5


def test_a_clock_that_leaps_changes_no_pace(jump: Jump) -> None:
    pace = Pace()
    for seconds in (86_400 * 365, -86_400 * 730):
        jump(seconds)
        assert pace.seconds == 5


def test_while_immich_tells_of_changes_looking_is_a_safety_net() -> None:
    pace = Pace()
    pace.told = True
    pace.note_activity()
    assert pace.seconds == TOLD_SECONDS


def test_a_single_call_is_passed_on_at_once(spacing: Spacing, loop: Loop, acted: list[float]) -> None:
    spacing.call()
    loop.pass_to(1100)
    spacing.call()
    assert acted == [0, 100]


def test_a_flood_of_calls_is_passed_on_further_and_further_apart_until_it_ends(
    spacing: Spacing, loop: Loop, acted: list[float]
) -> None:
    for tenth in range(600):
        loop.pass_to(1000 + tenth / 10)
        spacing.call()
    apart = [round(later - earlier, 2) for earlier, later in pairwise(acted)]
    assert apart == pytest.approx([1, 1.5, 2.25, 3.38, 5.06, 7.59, 10, 10, 10], abs=0.11)
    loop.pass_to(loop.now + 20)
    assert acted[-1] <= 71
    began = loop.now - 1000
    for second in range(5):
        spacing.call()
        loop.pass_to(loop.now + 1)
        assert acted[-1] == pytest.approx(began + second)


@pytest.mark.parametrize("seconds", [0.4, 1.3, 3.0, 8.0])
def test_who_changes_one_thing_after_the_other_never_waits_long(
    seconds: float, spacing: Spacing, loop: Loop, acted: list[float]
) -> None:
    for one in range(200):
        called = loop.now - 1000
        spacing.call()
        loop.pass_to(1000 + (one + 1) * seconds)
        assert [moment for moment in acted if moment >= called] or loop.now - 1000 - called < Spacing.FIRST_SECONDS
    assert max(later - earlier for earlier, later in pairwise(acted)) <= seconds + Spacing.FIRST_SECONDS


def test_what_was_called_for_can_be_forgotten(spacing: Spacing, loop: Loop, acted: list[float]) -> None:
    spacing.call()
    spacing.call()
    spacing.cancel()
    loop.pass_to(2000)
    assert acted == [0]
    spacing.cancel()
    spacing.call()
    assert acted == [0, 1000]
