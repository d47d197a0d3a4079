"""The panel for everybody: whoever may only look, whatever the screen, the language's direction, and the hands."""

from collections.abc import AsyncIterator

import pytest

from .browser import Browser, browser
from .panel import PARTS, barriers, choose_first, lit, open_part, overflowing, refusal, settled, tab_to
from .photos import scene
from .pictures import PHONE, SCHEMES, take
from .sides import sha1
from .stage import DOMAIN, Json, Stage

MANY = 30
"""More than the 20 that pass in an hour."""

ALBUM = {f"Everybody/IMG_20260815_{101500 + number}.jpg": scene(22_000 + number) for number in range(MANY)}
CONTENTS = {sha1(content) for content in ALBUM.values()}


@pytest.fixture(scope="module", autouse=True)
async def question(stage: Stage) -> AsyncIterator[Json]:
    """Something waits to be decided; at last everything is as it was."""
    await stage.phone_takes_photos(ALBUM)
    before = await stage.agree()
    await stage.immich_changes_many(CONTENTS, "trashed")
    await stage.home.action(DOMAIN, "sync_now", {"folder": "Phone Photos"}, response=True)
    asked = await stage.asked("many_files", MANY)
    yield asked
    if any(issue["issue_id"] == asked["issue_id"] for issue in await stage.issues()):
        await stage.decide(asked, "undo")
    assert await stage.agree() == before


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[Browser]:
    """The owner's browser; the shared one waits for all sides to agree, and they do not as long as a question waits."""
    async with browser(stage.home) as one:
        yield one
    assert one.console == []


async def test_nothing_sticks_out_or_keeps_anybody_out(page: Browser, stage: Stage) -> None:
    for part in PARTS:
        await open_part(page, part)
        assert await page.untranslated() == []
        for scheme in SCHEMES:
            await lit(page, scheme)
            assert (part, scheme, await barriers(page)) == (part, scheme, [])
        await take(page, stage, f"panel-{part}")
        await page.page.set_viewport_size(PHONE)
        await settled(page)
        assert (part, await overflowing(page)) == (part, [])
        await page.page.set_viewport_size({"width": 1280, "height": 900})


async def test_it_is_read_from_right_to_left(stage: Stage) -> None:
    async with browser(stage.home, language="he") as page:
        for part in PARTS:
            await open_part(page, part)
            direction = await page.page.locator(PARTS[part]).evaluate("(part) => getComputedStyle(part).direction")
            assert (part, direction, await overflowing(page)) == (part, "rtl", [])
            await take(page, stage, f"panel-{part}-rtl")
            await page.page.set_viewport_size(PHONE)
            await settled(page)
            assert (part, await overflowing(page)) == (part, [])
            await page.page.set_viewport_size({"width": 1280, "height": 900})
        assert page.console == []


async def test_who_is_no_administrator_looks_but_does_not_decide(stage: Stage, question: Json) -> None:
    async with browser(stage.home, await stage.home.sign_in_guest("guest")) as page:
        await open_part(page, "review")
        await page.sees("You can look at everything here. Only administrators of Home Assistant can decide.")
        await choose_first(page, 2)
        assert await page.page.locator("[data-answer]").count() == 0
        await open_part(page, "vault")
        await page.sees("Only administrators of Home Assistant can bring photos back.")
        await open_part(page, "overview")
        await page.sees("Phone Photos")
        assert await page.page.get_by_role("button", name="Pause").count() == 0

        asked = {"entry_id": stage.entry_id}
        hold = {**asked, "hold_id": question["issue_id"], "revision": 1}
        folder = {**asked, "folder_id": stage.pair.folder_id}
        refused = [
            await refusal(page, "hold/answer", **hold, answer="approve"),
            await refusal(page, "vault/restore", **asked, checksums=sorted(CONTENTS)),
            await refusal(page, "reconsider", **asked, answer_id="1"),
            *[await refusal(page, "folder/control", **folder, do=deed) for deed in ("sync_now", "pause", "resume")],
        ]
        assert refused == ["unauthorized"] * 6
        assert page.console == []
    await stage.asked("many_files", MANY)


async def test_hands_that_use_no_mouse_decide_too(page: Browser, stage: Stage) -> None:
    await open_part(page, "overview")
    await tab_to(page, "To decide")
    await page.page.keyboard.press("Enter")
    await page.page.locator("isp-grid #item-0").wait_for()
    await tab_to(page, "Photos of this question")
    for key in ("Space", "Shift+ArrowRight", "Shift+ArrowRight"):
        await page.page.keyboard.press(key)
    await page.sees(f"3 of {MANY} selected")
    await page.page.keyboard.press("Control+a")
    await page.sees(f"{MANY} of {MANY} selected")
    await tab_to(page, "Restore the photos in Immich")
    await page.page.keyboard.press("Enter")
    await page.sees("Nothing waits for your decision")
    for content in CONTENTS:
        await stage.active(content)
