"""A big question that nobody answers: it costs what changed, and ends like any other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine import planning
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind
from custom_components.immich_syncthing.engine.rules import Rules

from .living import Life, living

pytestmark = pytest.mark.usefixtures("socket_enabled")

MANY = 30


@pytest.fixture
async def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Life]:
    """Thirty of forty photos were deleted on the phone; one of them is looked at again per cycle."""
    monkeypatch.setattr(planning, "WOKEN", 1)
    async with living(tmp_path) as one:
        for number in range(40):
            one.phone_adds(f"Camera/IMG_{number}.jpg")
        await one.settle()
        await one.restart(rules=Rules(protect_favourites=True))
        for number in range(MANY):
            one.phone_deletes(f"Camera/IMG_{number}.jpg")
        await one.settle()
        yield one


async def held(life: Life) -> int:
    [hold] = await life.account.holds()
    assert hold.kind is HoldKind.MANY_ASSETS
    return hold.count


async def test_immich_is_asked_about_one_of_them_at_a_time(life: Life) -> None:
    assert await held(life) == MANY
    ids = {asset.id for asset in life.web.assets()}
    before = len(life.server.log)
    for _ in range(3):
        life.clock.skip(700)
        await life.cycle()
    asked = [one.path for one in life.server.log[before:] if one.path.rpartition("/")[2] in ids]
    assert 0 < len(asked) <= 6
    assert await held(life) == MANY


async def test_what_comes_back_leaves_the_question_at_once(life: Life) -> None:
    for number in (3, 17):
        life.phone_adds(f"Camera/IMG_{number}.jpg")
    await life.settle()
    assert await held(life) == MANY - 2


async def test_what_becomes_a_favourite_leaves_it_in_its_turn(life: Life) -> None:
    life.web.favourite(life.web.find("IMG_3.jpg").id)
    life.clock.skip(700)
    for _ in range(MANY + 1):
        await life.cycle()
    assert await held(life) == MANY - 1
    assert b"photo Camera/IMG_3.jpg" in life.in_immich()


async def test_the_preview_shows_all_of_it(life: Life) -> None:
    preview = await life.folder.preview()
    assert sum(preview.held.values()) == MANY


@pytest.mark.parametrize("answer", Answer)
async def test_an_answer_counts_for_all_of_it(life: Life, answer: Answer) -> None:
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, answer)
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT
    assert len(life.in_immich(trashed=True)) == (MANY if answer is Answer.APPROVE else 0)
    assert len(life.on_phone()) == (40 if answer is Answer.UNDO else 10)


async def test_what_rests_is_read_no_more(life: Life) -> None:
    ledger: Ledger = life.account._context.ledger  # noqa: SLF001 - what it rests is told nobody
    now = life.clock.wall()
    assert len(ledger.dirty(now, None, 100)) == MANY
    assert ledger.dirty(now, None, 100, rested=False) == []
