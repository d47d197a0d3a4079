"""Home Assistant's web page in a real browser, signed in as its owner."""

import json
import os
import re
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import ConsoleMessage, Locator, Page, ViewportSize, async_playwright, expect

from tests.servers.homeassistant import HomeAssistantProcess
from tests.servers.syncthing import TOOLS_ENV

PATIENCE_MS = 90_000
"""How long anything in a browser may take here, for actions and expectations alike."""
expect.set_options(timeout=PATIENCE_MS)

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_NO_PICTURE = re.compile(r"^error: Failed to load resource: .* 404 .*/api/immich_syncthing/media/[^ ]*/thumbnail\)$")
"""That there is no picture of something is an answer that the browser tells of in its console."""

_LATER = "ResizeObserver loop"
"""What a browser calls an error, and is none: that it tells some element of its size in the next frame only."""

_UNTRANSLATED = re.compile(
    r"component\.immich\w+[\w.]*|\b(?:in_agreement|to_upload|last_successful_cycle|wait_reason|sync_now|many_assets)\b"
    r"|\{[a-z_]+\}"
)
"""What shows when a word is missing: its key, or the name of a value that should be in its place."""


@dataclass(slots=True)
class Browser:
    """One tab, and what its console said of this integration, and of what went wrong in the page's own program."""

    page: Page
    home: HomeAssistantProcess
    console: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        """Open a page of Home Assistant."""
        await self.page.goto(f"{self.home.url}/{path}")

    async def sees(self, *texts: str) -> None:
        """Wait until each of the texts can be seen; raises playwright's ``TimeoutError``."""
        for text in texts:
            await self.page.get_by_text(text, exact=True).first.wait_for()

    async def sees_part(self, *texts: str) -> None:
        """Wait until each of the texts can be seen, be it in the midst of others."""
        for text in texts:
            await self.page.get_by_text(text).first.wait_for()

    async def choose(self, text: str) -> None:
        """Click on what has exactly this text."""
        await self.page.get_by_text(text, exact=True).first.click()

    async def choose_that_begins(self, text: str) -> None:
        """Click on what begins with this text."""
        begins = re.compile(rf"^\s*{re.escape(text)}")
        await self.page.get_by_text(begins).first.click()

    async def press(self, button: str) -> None:
        """Press the button of this name, e.g. ``Submit``."""
        await self.page.get_by_role("button", name=button, exact=True).first.click()

    async def of_the_account(self, item: str) -> None:
        """Choose from the menu (⋮) beside an account, on its integration's page."""
        await self.page.locator("ha-config-entry-row").get_by_role("button", name="Menu").first.click()
        await self.choose(item)

    async def fill(self, **fields: str) -> None:
        """Type into the fields of a form."""
        for name, text in fields.items():
            await self.field(name).fill(text)

    def field(self, name: str) -> Locator:
        """Return a field of a form, where its text is typed."""
        return self.page.locator(f"input[name={name}]").first

    async def body(self) -> str:
        """Return all text of the page, through all shadow roots."""
        return str(await self.page.evaluate(_ALL_TEXT))

    async def untranslated(self) -> list[str]:
        """Return what the page shows of keys and names that no person should see."""
        return _UNTRANSLATED.findall(await self.body())


@asynccontextmanager
async def browser(
    home: HomeAssistantProcess, tokens: dict[str, Any] | None = None, language: str | None = None
) -> AsyncIterator[Browser]:
    """Start Chromium, signed in: as the owner, or as whose tokens these are."""
    kept = {"hassTokens": tokens or await home.sign_in()} | ({"selectedLanguage": language} if language else {})
    async with async_playwright() as playwright:
        program = await playwright.chromium.launch(executable_path=chromium(), args=[*_FLAGS], timeout=PATIENCE_MS)
        context = await program.new_context(viewport=DESKTOP, locale="en-GB")
        context.set_default_timeout(PATIENCE_MS)
        for name, value in kept.items():
            await context.add_init_script(f"localStorage.{name} = {json.dumps(json.dumps(value))}")
        page = await context.new_page()
        one = Browser(page, home)
        page.on("console", lambda message: _listen(one, message))
        page.on("pageerror", lambda error: _hear_of(one, str(error)))
        yield one
        await program.close()


def _listen(one: Browser, message: ConsoleMessage) -> None:
    said = f"{message.type}: {message.text} ({message.location.get('url', '')})"
    if _NO_PICTURE.search(said):
        return
    if "immich_syncthing" in said:
        one.console.append(said)


def _hear_of(one: Browser, error: str) -> None:
    if _LATER not in error:
        one.console.append(error)


def chromium() -> str:
    """Return where Chromium is."""
    written = dict(line.split("=", 1) for line in TOOLS_ENV.read_text().splitlines() if "=" in line)
    return os.environ.get("CHROMIUM") or shlex.split(written["CHROMIUM"])[0]


_ALL_TEXT = """() => {
  const text = (node) => node.nodeType === Node.TEXT_NODE ? node.textContent
    : node.nodeName === 'STYLE' || node.nodeName === 'SCRIPT' ? ''
    : [...(node.shadowRoot ? node.shadowRoot.childNodes : []), ...node.childNodes].map(text).join(' ');
  return text(document.body);
}"""
