"""The panel before names and photos that somebody made to harm it, and before two people who want different things."""

import asyncio
import struct
import zlib

from .browser import Browser, browser
from .panel import PARTS, barriers, open_part, overflowing, pictures
from .photos import photo
from .pictures import PHONE
from .sides import sha1
from .stage import DOMAIN, Stage

RUN = "window.seized=true"
NAMES = (
    f'<img src=x onerror="{RUN}">.jpg',
    f"<script>{RUN}<\\script>.jpg",
    "holiday \u202egpj.exe.jpg",
    "\u2066\u2067never closed.jpg",
    "first line\nsecond line\r\ttab.jpg",
    "{0} ${1} $& {{ states }} [link](javascript:0) **all**.jpg",
    "/".join(3 * ["x" * 200]) + ".jpg",
    "شاهد/תמונה.jpg",
)
PATHS = [f"Hostile/{name}" for name in NAMES]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


NO_PICTURES = {
    "Hostile/broken.jpg": b"\xff\xd8\xff\xe0" + bytes(5_000),
    "Hostile/cut.jpg": photo(23_500)[:700],
    "Hostile/page.jpg": f"<html><script>{RUN}</script>".encode() * 50,
    "Hostile/drawing.jpg": f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"/>'.encode(),
    "Hostile/bomb.png": b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
    + _chunk(b"IEND", b""),
}
MANY = 30
"""More than the 20 that pass in an hour."""


async def test_nothing_of_a_hostile_phone_gets_at_the_panel_and_the_first_of_two_answers_counts(
    tab: Browser, stage: Stage
) -> None:
    plain = [f"Hostile/IMG_{number}.jpg" for number in range(MANY - len(PATHS) - len(NO_PICTURES))]
    album = {path: photo(23_000 + number) for number, path in enumerate(PATHS + plain)} | NO_PICTURES
    contents = {sha1(content) for content in album.values()}
    await stage.phone_takes_photos(album | {"Hostile/empty.jpg": b""})
    before = await stage.agree()
    await tab.page.set_viewport_size(PHONE)
    await _harmless(tab, "overview", "history")

    await stage.immich_changes_many(contents, "trashed")
    await stage.home.action(DOMAIN, "sync_now", {"folder": "Phone Photos"}, response=True)
    await stage.asked("many_files", MANY)
    await _harmless(tab, "preview", "review")
    async with browser(stage.home) as other:
        await open_part(other, "review")
        assert len(await pictures(other)) > 10
        await tab.page.locator("[aria-expanded=false]").click()
        answers = [
            await tab.page.locator("[data-answer=approve]").element_handle(),
            await other.page.locator("[data-answer=undo]").element_handle(),
        ]
        await asyncio.gather(*(answer.evaluate("(button) => button.click()") for answer in answers))
        for one in (tab, other):
            await one.sees("Nothing waits for your decision")
        assert other.console == []

    after = await stage.agree()
    assert after.assets in (before.assets, before.assets - contents)
    gone = set(album) - set(after.phone)
    assert gone in (set(), set(album))
    await _harmless(tab, *PARTS)


async def _harmless(tab: Browser, *parts: str) -> None:
    """Look at parts of the panel; nothing sticks out, keeps anybody out or runs."""
    for part in parts:
        await open_part(tab, part)
        assert (part, await overflowing(tab)) == (part, [])
        assert (part, await barriers(tab)) == (part, [])
        assert await tab.page.evaluate("'seized' in window") is False
