"""Killed while a stack is being made: it is ours all the same, so that what is late joins it; and it is made once."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.stackings import WantedStack
from custom_components.immich_syncthing.engine.report import SortingReport
from custom_components.immich_syncthing.immich.client import ImmichClient
from tests.crashing import Killed
from tests.servers.immich import FaultKind

from .living import Life, living
from .rule_life import at_rest, named, with_rules
from .test_sorting_fails import refuse, report
from .test_stacking import BURST, STACKS, arrive, made, stacks

pytestmark = pytest.mark.usefixtures("socket_enabled")


def dying(patch: pytest.MonkeyPatch, *, asked: bool) -> None:
    """Let the process die when it stacks: right before Immich is asked, or right after it did it."""
    stack = ImmichClient.stack

    async def killed(client: ImmichClient, primary_id: str, *others: str) -> str:
        if asked:
            await stack(client, primary_id, *others)
        raise Killed

    def dead(_: Ledger, __: dict[WantedStack, str | None]) -> None:
        raise Killed

    patch.setattr(ImmichClient, "stack", killed)
    patch.setattr(Ledger, "end_stacks", dead)


async def killed_with(life: Life, patch: pytest.MonkeyPatch, *names: str, asked: bool) -> None:
    """Let photos arrive, and the process die when it stacks them."""
    with patch.context() as patched:
        dying(patched, asked=asked)
        with pytest.raises(Killed):
            await arrive(life, *names)


@pytest.mark.parametrize("asked", [False, True])
async def test_a_stack_is_made_once_and_what_is_late_joins_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, asked: bool
) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await killed_with(life, monkeypatch, *BURST[:2], asked=asked)
        await life.restart()
        await at_rest(life)
        assert (stacks(life), made(life)) == ([[*BURST[:2]]], 1)
        await arrive(life, BURST[2])
        assert stacks(life) == [[*BURST]]


@pytest.mark.parametrize("asked", [False, True])
async def test_a_stack_that_a_late_one_joins_stays_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, asked: bool
) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await arrive(life, *BURST[:2])
        await killed_with(life, monkeypatch, BURST[2], asked=asked)
        await life.restart()
        await at_rest(life)
        assert stacks(life) == [[*BURST]]
        await arrive(life, "B_BURST004.jpg")
        assert stacks(life) == [[*BURST, "B_BURST004.jpg"]]


@pytest.mark.parametrize("top", [0, 1])
async def test_what_the_owner_stacked_meanwhile_is_his(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, top: int
) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await killed_with(life, monkeypatch, *BURST, asked=False)
        life.web.stack(named(life, BURST[top]).id, named(life, BURST[1 - top]).id)
        mine = stacks(life)
        await life.restart()
        await at_rest(life)
        await arrive(life, "B_BURST004.jpg")
        assert stacks(life) == mine


async def test_what_left_immich_meanwhile_is_waited_for_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await killed_with(life, monkeypatch, *BURST, asked=True)
        life.web.purge(named(life, BURST[0]).id)
        await life.restart()
        await at_rest(life)
        with life.account._context.ledger._db.read() as db:  # noqa: SLF001 - nothing shows it
            assert db.row("SELECT 1 FROM meta WHERE key = 'stacking'") is None


async def test_what_immich_cannot_show_now_is_looked_for_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await killed_with(life, monkeypatch, *BURST[:2], asked=True)
        refuse(life, FaultKind.STATUS, "GET", rf"/assets/{named(life, BURST[0]).id}$", status=500)
        await life.restart()
        await at_rest(life)
        life.server.server.faults.rules.clear()
        await arrive(life, BURST[2])
        assert (stacks(life), made(life)) == ([[*BURST]], 2)


async def test_an_answer_that_is_lost_is_looked_for(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        refuse(life, FaultKind.RESET_AFTER, "POST", r"/stacks$", times=3)
        await arrive(life, *BURST[:2])
        asked = made(life)
        await arrive(life, BURST[2])
        assert (stacks(life), made(life)) == ([[*BURST]], asked + 1)
        assert report(life) == SortingReport(waiting=0)
