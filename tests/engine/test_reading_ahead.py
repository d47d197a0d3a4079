"""While photos are sent, the next are read, and nothing waits for that."""

import asyncio
import errno
import threading
from typing import Any

import pytest

from custom_components.immich_syncthing.engine import observe
from custom_components.immich_syncthing.engine.errors import RootUnreadableError
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.engine.planning import Draft
from custom_components.immich_syncthing.engine.scan import Root

from .line import PATIENCE_SECONDS, Line, becomes, life, line, names
from .living import Life

__all__ = ["life", "line"]

pytestmark = [pytest.mark.usefixtures("socket_enabled"), pytest.mark.usefixtures("few_at_once")]


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a cycle read ten files, and two where others were read ahead."""
    monkeypatch.setattr(observe, "HASH_FILES", 10)
    monkeypatch.setattr(observe, "FRESH_FILES", 2)


async def unread(life: Life) -> int:
    context = life.folder._context  # noqa: SLF001
    return len(await context.workers.ledger.run(context.ledger.unhashed, life.folder.settings.id, 100))


async def test_the_next_photos_are_read_while_others_are_sent(life: Life, line: Line) -> None:
    archive = {f"IMG_{number:02}.jpg" for number in range(40)}
    for name in archive:
        life.phone_adds(f"Camera/{name}")
    line.held = lambda _: True
    running = asyncio.create_task(life.cycle())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not line.begun or await unread(life) > 20:
                await asyncio.sleep(0.01)
        assert not names(life)
    finally:
        line.open.set()
    assert (await running).uploaded == 10
    assert (await life.cycle()).uploaded == 12
    await life.settle()
    assert names(life) == archive


async def test_nothing_is_read_ahead_of_what_is_wanted_already(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        life.phone_adds(f"Camera/IMG_{number:02}.jpg")
    draft = life.folder._draft  # noqa: SLF001 - between plan and upload

    async def hinted() -> Draft:
        life.folder.note_hint()
        return await draft()

    monkeypatch.setattr(life.folder, "_draft", hinted)
    assert (await life.cycle()).uploaded
    assert await unread(life) == 30


async def test_who_pauses_a_folder_does_not_wait_for_what_is_read_ahead(
    life: Life, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        life.phone_adds(f"Camera/IMG_{number:02}.jpg")
    go_on, read, begun = threading.Event(), Root.hash_file, 0

    def slowly(*args: Any, **how: Any) -> bytes | None:
        nonlocal begun
        begun += 1
        assert begun <= 10 or go_on.wait(PATIENCE_SECONDS)
        return read(*args, **how)

    monkeypatch.setattr(Root, "hash_file", slowly)
    line.held = lambda _: True
    running = asyncio.create_task(life.cycle())
    try:
        await becomes(lambda: begun > 10)
        await life.folder.pause(None)
        assert (await running).state is FolderState.PAUSED
    finally:
        go_on.set()
        line.open.set()
    await life.folder.resume()
    await life.settle()
    assert len(names(life)) == 40


@pytest.mark.parametrize("error", [RootUnreadableError("input/output error"), OSError(errno.ESTALE, "stale")])
async def test_what_cannot_be_read_ahead_ends_no_upload(
    life: Life, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    for number in range(12):
        life.phone_adds(f"Camera/IMG_{number:02}.jpg")
    failed = 0

    async def failing(*_: object) -> int:
        nonlocal failed
        failed += 1
        raise error

    monkeypatch.setattr(life.folder._folder.observer, "read_ahead", failing)  # noqa: SLF001
    sent = await life.cycle()
    assert (sent.uploaded, sent.problem, failed) == (10, None, 1)
    await life.settle()
    assert len(names(life)) == 12
