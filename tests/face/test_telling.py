"""What a coordinator asked a server anyway, an idle cycle does not ask again."""

import time
from collections.abc import Callable

import pytest

from custom_components.immich_syncthing.engine.gate_facts import FACTS_SECONDS
from custom_components.immich_syncthing.runtime import SystemClock

from .household import Household

NEARLY = FACTS_SECONDS - 20


@pytest.fixture
def ages(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Give what lets what the engine knows grow older."""
    ahead = 0.0
    monkeypatch.setattr(SystemClock, "monotonic", lambda _: time.monotonic() + ahead)

    def wait(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    return wait


def asked_by_a_cycle(household: Household, since: int) -> list[str]:
    return [seen.path for seen in household.immich.log[since:]]


async def test_what_the_coordinators_asked_is_told_to_the_engine(
    household: Household, ages: Callable[[float], None]
) -> None:
    household.take_photo("IMG_1.jpg")
    household.make_entry()
    await household.load()
    await household.sync()
    await household.sync()
    for _ in range(3):
        ages(NEARLY)
        await household.runtime.account.async_refresh()
        await household.runtime.syncthing.async_refresh()
        asked = len(household.immich.log)
        await household.sync()
        assert not {"/api/users/me", "/api/server/config"} & set(asked_by_a_cycle(household, asked))


async def test_what_is_not_asked_any_more_is_not_told(household: Household, ages: Callable[[float], None]) -> None:
    """Facts that were told once grow old, however often entities are told to follow them."""
    household.make_entry()
    await household.load()
    await household.sync()
    ages(FACTS_SECONDS)
    household.runtime.account.async_update_listeners()
    household.runtime.syncthing.async_update_listeners()
    asked = len(household.immich.log)
    await household.sync()
    assert "/api/users/me" in asked_by_a_cycle(household, asked)
