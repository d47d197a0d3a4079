"""The panel against real servers: photos are looked at rather than read of, and what is decided there is done."""

import re

from playwright.async_api import expect

from .browser import Browser, browser
from .panel import choose_first, open_part, pictures, settled
from .photos import photo, scene
from .pictures import take
from .sides import sha1
from .stage import DOMAIN, Stage

MANY = 300
HALF = MANY // 2


async def test_photos_trashed_at_once_are_seen_and_decided_half_and_half_in_two_browsers(
    tab: Browser, stage: Stage
) -> None:
    album = {sha1(content): (path, content) for path, content in _album("Seen", MANY, 20_000)}
    await stage.phone_takes_photos(dict(album.values()))
    before = await stage.agree()
    await stage.immich_changes_many(album, "trashed")
    await stage.home.action(DOMAIN, "sync_now", {"folder": "Phone Photos"}, response=True)
    await stage.asked("many_files", MANY)

    async with browser(stage.home) as other:
        for one in (tab, other):
            await open_part(one, "review")
            await one.sees_part(
                f"{MANY} photos of Phone Photos were deleted in Immich",
                f"{MANY} photos. Select some, or answer for all of them.",
            )
        seen = await pictures(tab)
        assert len(seen) > 10
        assert all(0 < width <= 400 for width in seen)
        assert await tab.untranslated() == []
        await take(tab, stage, "panel-review")

        await choose_first(tab, HALF)
        await tab.sees_part(f"{HALF} of {MANY} selected")
        await tab.page.locator("[data-answer=approve]").click()
        await tab.sees_part(f"{HALF} photos still wait.")
        await other.sees_part(f"{HALF} photos. Select some, or answer for all of them.")
        await other.page.locator("[data-answer=undo]").click()
        for one in (tab, other):
            await one.sees("Nothing waits for your decision")
        assert other.console == []

    first, rest = list(album)[:HALF], list(album)[HALF:]
    for content in rest:
        await stage.active(content)
    after = await stage.agree()
    gone = {album[content][0] for content in first}
    assert after.assets == before.assets - set(first)
    assert after.phone == {path: content for path, content in before.phone.items() if path not in gone}

    await tab.choose("Deleted photos")
    await tab.page.get_by_label("Search by name").fill("Seen/")
    await tab.sees(f"{HALF} photos can be brought back")
    await settled(tab)
    kept = await pictures(tab)
    assert len(kept) > 10
    assert all(0 < width <= 400 for width in kept)
    await take(tab, stage, "panel-vault")
    await choose_first(tab, 2)
    wanted = [str(await one.get_attribute("title")) for one in await tab.page.locator("[aria-selected=true]").all()]
    await tab.press("Bring 2 photos back")
    for path in wanted:
        await stage.on_phone(path)
    restored = await stage.agree()
    contents = {content for content, (path, _) in album.items() if path in wanted}
    assert (len(contents), restored.assets) == (2, after.assets | contents)


async def test_an_upload_is_watched_while_it_is_sent(tab: Browser, stage: Stage) -> None:
    large = photo(21_000) + bytes(48 * 2**20)
    await open_part(tab, "overview")
    await stage.immich.do("fault", kind="wait", path="/assets$", method="POST")
    await stage.phone_takes_photo("Watched/large.jpg", large)

    bar = tab.page.get_by_role("progressbar", name="Watched/large.jpg")
    # As much of it as there is room for on its way.
    await expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9][0-9]?$"))
    await settled(tab)
    await stage.immich.do("clear_faults")

    await bar.wait_for(state="detached")
    await stage.agree()
    await tab.sees_part("Watched/large.jpg")


async def test_the_panel_goes_on_after_a_restart_of_home_assistant(tab: Browser, stage: Stage) -> None:
    await open_part(tab, "overview")
    before = len((await stage.sides()).assets)
    await tab.sees(f"{before} in folder and Immich")
    await stage.home.stop()
    await tab.sees("Home Assistant does not answer. This page goes on by itself as soon as it does.")
    await stage.home.start()

    await stage.phone_takes_photo("Restarted/new.jpg", photo(21_100))
    await tab.sees(f"{before + 1} in folder and Immich")
    await tab.page.get_by_text("Home Assistant does not answer.").wait_for(state="detached")
    # While it is away, Home Assistant's own page cannot fetch its own parts.
    tab.console[:] = [said for said in tab.console if "/frontend_latest/" not in said]


def _album(name: str, count: int, first: int) -> list[tuple[str, bytes]]:
    return [(f"{name}/IMG_{number:03}.jpg", scene(first + number)) for number in range(count)]
