"""Home Assistant's web page in a real browser, signed in as its owner."""

import json
import os
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import ConsoleMessage, Page, async_playwright

from tests.servers.homeassistant import HomeAssistantProcess
from tests.servers.syncthing import TOOLS_ENV

PATIENCE_MS = 60_000
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


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
            await self.page.get_by_text(text, exact=True).first.wait_for(timeout=PATIENCE_MS)

    async def body(self) -> str:
        """Return all text of the page, through all shadow roots."""
        return str(await self.page.evaluate(_ALL_TEXT))

    async def picture(self, path: Path) -> None:
        """Save what can be seen, once it stands still."""
        await self.page.wait_for_load_state("networkidle")
        await self.page.screenshot(path=path, animations="disabled")


@asynccontextmanager
async def browser(home: HomeAssistantProcess) -> AsyncIterator[Browser]:
    """Start Chromium, signed in."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=_chromium(), args=[*_FLAGS])
        context = await chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        await context.add_init_script(f"localStorage.hassTokens = {json.dumps(json.dumps(await home.sign_in()))}")
        page = await context.new_page()
        one = Browser(page, home)
        page.on("console", lambda message: _listen(one, message))
        page.on("pageerror", lambda error: one.console.append(str(error)))
        yield one
        await chromium.close()


def _listen(one: Browser, message: ConsoleMessage) -> None:
    said = f"{message.type}: {message.text} ({message.location.get('url', '')})"
    if "immich_syncthing" in said:
        one.console.append(said)


def _chromium() -> str:
    written = dict(line.split("=", 1) for line in TOOLS_ENV.read_text().splitlines() if "=" in line)
    return os.environ.get("CHROMIUM") or shlex.split(written["CHROMIUM"])[0]


_ALL_TEXT = """() => {
  const text = (node) => node.nodeType === Node.TEXT_NODE ? node.textContent
    : node.nodeName === 'STYLE' || node.nodeName === 'SCRIPT' ? ''
    : [...(node.shadowRoot ? node.shadowRoot.childNodes : []), ...node.childNodes].map(text).join(' ');
  return text(document.body);
}"""
