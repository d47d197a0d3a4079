"""What the owner answers, whenever it is: between cycles, or in the midst of one."""

from collections.abc import Coroutine
from typing import Any

from custom_components.immich_syncthing.engine.errors import UnknownHoldError
from custom_components.immich_syncthing.engine.model import Answer

from .acts_phone import NOTHING
from .steps import act
from .world import World

ITEMS = 1_000
"""More than any hold of the simulation has."""


@act
def answers(world: World, index: int, answer: str, stale: bool = False) -> str:
    """The owner answers a question; ``stale``: he saw an earlier revision of it."""
    account = world.home.account
    if account is None:
        return NOTHING
    holds = at_once(account.holds())
    if not holds:
        return NOTHING
    hold = holds[index % len(holds)]
    revision = max(0, hold.revision - stale)
    waiting = at_once(account.hold_items(hold.id, None, ITEMS))
    seen = {world.record.known_as(item.checksum) for item in waiting if item.revision <= revision} - {None}
    try:
        count = at_once(account.answer(hold.id, revision, Answer(answer)))
    except UnknownHoldError:
        return "too late"
    for data in seen:
        assert data is not None
        world.record.answered_by_owner(data, hold.kind, Answer(answer))
    return f"{hold.kind}: {count}"


def at_once[T](work: Coroutine[Any, Any, T]) -> T:
    """Do what waits for nothing: the simulation's pools do everything at once."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    message = "it waits"
    raise AssertionError(message)
