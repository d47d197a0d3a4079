"""Pictures of screens for the documents: on a desktop and on a phone, light and dark.

They are taken only where ``PICTURES`` names a directory to put them in: ``scripts/pictures`` does.
"""

import os
from pathlib import Path
from typing import Literal

from playwright.async_api import ViewportSize

from .browser import DESKTOP, Browser
from .stage import Stage

PHONE: ViewportSize = {"width": 390, "height": 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_STILL_MS = 700
"""What moves into its place on the page has arrived by then."""


async def take(tab: Browser, stage: Stage, name: str, *, height: int | None = None) -> None:
    """Take what can be seen now, as ``NAME-desktop-light.png`` and so on; ``height`` is the desktop's, in pixels.

    Addresses and directories of this very run are shown as they might be at somebody's home.
    """
    if "PICTURES" not in os.environ:
        return
    directory = Path(os.environ["PICTURES"])
    desktop: ViewportSize = {"width": DESKTOP["width"], "height": height or DESKTOP["height"]}
    for kind, size in (("desktop", desktop), ("phone", PHONE)):
        await tab.page.set_viewport_size(size)
        for scheme in SCHEMES:
            await tab.page.emulate_media(color_scheme=scheme)
            await tab.page.wait_for_load_state("networkidle")
            await tab.page.wait_for_timeout(_STILL_MS)
            await tab.page.evaluate(_AT_HOME, _as_at_home(stage))
            await tab.page.screenshot(path=directory / f"{name}-{kind}-{scheme}.png", animations="disabled")
    await tab.page.set_viewport_size(DESKTOP)
    await tab.page.emulate_media(color_scheme="light")


def _as_at_home(stage: Stage) -> list[list[str]]:
    """Return what is replaced by what, one after the other."""
    return [
        [str(stage.share), "/media/syncthing"],
        [str(stage.home.config_dir), "/config"],
        [stage.immich.url.rstrip("/").removesuffix("/api"), "http://192.168.1.10:2283"],
        [stage.pair.server.url.rstrip("/"), "http://192.168.1.10:8384"],
        ["Admin @ 127.0.0.1", "Anna @ 192.168.1.10"],
        ["127.0.0.1", "192.168.1.10"],
    ]


_AT_HOME = """(words) => {
  const home = (text) => words.reduce((said, [here, there]) => said.replaceAll(here, there), text);
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE && home(node.data) !== node.data) node.data = home(node.data);
    if (node.nodeName === 'INPUT' && home(node.value) !== node.value) node.value = home(node.value);
    for (const child of [...(node.shadowRoot ? node.shadowRoot.childNodes : []), ...node.childNodes]) walk(child);
  };
  walk(document.body);
}"""
