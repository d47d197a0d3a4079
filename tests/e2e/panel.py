"""The panel in a browser: what can be asked of each of its parts, whatever it shows."""

from pathlib import Path
from typing import Any, Literal

from .browser import Browser

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

PARTS = {
    "overview": "isp-overview",
    "review": "isp-holds",
    "vault": "isp-vault",
    "history": "isp-history",
    "preview": "isp-preview",
}
"""The parts of the panel, and their elements."""


async def open_part(tab: Browser, part: str) -> None:
    """Open a part of the panel, and wait until it has shown what it shows."""
    await tab.open(f"immich-syncthing/{part}")
    await tab.page.locator(PARTS[part]).wait_for()
    await settled(tab)


async def settled(tab: Browser) -> None:
    """Wait until nothing is being loaded, nothing moves, and all pictures on the screen have come."""
    await tab.page.evaluate(_FRAME)
    await tab.page.wait_for_function(_SETTLED)


async def pictures(tab: Browser) -> list[int]:
    """Return how wide each photo on the screen is, in pixels of its own; 0: it is none that can be shown."""
    return list(await tab.page.evaluate(_PICTURES))


async def lit(tab: Browser, scheme: Literal["light", "dark"]) -> None:
    """Have light or dark, and wait until all has it: Home Assistant's own colours come after the browser's."""
    await tab.page.emulate_media(color_scheme=scheme)
    await tab.page.wait_for_function(_LIT, arg=scheme == "dark")
    await settled(tab)


async def choose_first(tab: Browser, count: int) -> None:
    """Select the first photos of a grid as one does with a mouse: a click, and another one with Shift."""
    grid = tab.page.locator("isp-grid")
    await grid.locator("#item-0").click()
    last = grid.locator(f"#item-{count - 1}")
    await grid.hover()
    while await last.count() == 0:
        await tab.page.mouse.wheel(0, 400)
        await tab.page.evaluate(_FRAME)
    await last.click(modifiers=["Shift"])


async def tab_to(tab: Browser, wanted: str) -> None:
    """Press the tabulator key until what is wanted has the focus; raises ``AssertionError`` if it is never reached."""
    passed: list[str] = []
    for _ in range(_MOST_STOPS):
        await tab.page.keyboard.press("Tab")
        passed.append(str(await tab.page.evaluate(_FOCUSED)))
        if passed[-1].startswith(wanted):
            return
    message = f"the keyboard does not reach {wanted!r}, but: {passed}"
    raise AssertionError(message)


async def barriers(tab: Browser) -> list[str]:
    """Return what of the panel some people could not use: axe's serious and critical findings."""
    await tab.page.evaluate(AXE.read_text())
    return list(await tab.page.evaluate(_BARRIERS))


async def overflowing(tab: Browser) -> list[str]:
    """Return what of the panel sticks out of it at its left or right."""
    return list(await tab.page.evaluate(_OVERFLOWING))


async def refusal(tab: Browser, kind: str, **asked: Any) -> str:
    """Send a command of ours as the page's own program could; return the code with which it is refused, or nothing."""
    return str(await tab.page.evaluate(_SEND, {"type": f"immich_syncthing/{kind}", **asked}))


_MOST_STOPS = 60

_DEEP = """const deep = (root, found = []) => {
  for (const element of root.querySelectorAll('*')) {
    found.push(element);
    if (element.shadowRoot) deep(element.shadowRoot, found);
  }
  return found;
};
const panel = deep(document).find((element) => element.localName === 'immich-syncthing-panel');
const parent = (one) => one.assignedSlot ?? one.parentElement ?? one.getRootNode().host ?? null;
const onScreen = (element) => {
  const box = element.getBoundingClientRect();
  const meets = (frame) =>
    box.bottom > frame.top && box.top < frame.bottom && box.right > frame.left && box.left < frame.right;
  for (let above = parent(element); above; above = parent(above)) {
    if (getComputedStyle(above).overflow !== 'visible' && !meets(above.getBoundingClientRect())) return false;
  }
  return box.width > 0 && meets({ top: 0, left: 0, bottom: innerHeight, right: innerWidth });
};
"""

_SETTLED = f"""() => {{
  {_DEEP}
  if (!panel) return false;
  const all = deep(panel.shadowRoot);
  const loading = all.some((one) => one.getAttribute('role') === 'status' && one.textContent.trim().endsWith('…'));
  const pictures = all.filter((one) => one.localName === 'isp-picture' && one.path && onScreen(one));
  const came = (one) => one.shadowRoot.querySelector('.none') || one.shadowRoot.querySelector('img')?.complete;
  const drawn = (grid) => grid.items.length === 0 || grid.shadowRoot.querySelector('isp-picture');
  const moves = (one) => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity;
  const still = all.every((one) => !one.shadowRoot?.getAnimations().some(moves));
  return !loading && still && all.filter((one) => one.localName === 'isp-grid').every(drawn) && pictures.every(came);
}}"""

_LIT = """(dark) => {
  const { hass } = document.querySelector('home-assistant');
  return hass.themes.darkMode === dark && matchMedia('(prefers-color-scheme: dark)').matches === dark;
}"""

_PICTURES = f"""() => {{
  {_DEEP}
  return deep(panel.shadowRoot)
    .filter((one) => one.localName === 'isp-picture' && onScreen(one))
    .map((one) => one.shadowRoot.querySelector('img')?.naturalWidth ?? 0);
}}"""

_FRAME = """() => new Promise((done) => {
  const after = (frames) => requestAnimationFrame(() => (frames ? after(frames - 1) : done()));
  after(3);
})"""
"""The grid learns of a new size in one frame, measures itself in the next, and has drawn itself in the third."""

_FOCUSED = """() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  return one?.getAttribute('aria-label') ?? one?.textContent?.trim().replace(/\\s+/g, ' ') ?? '';
}"""

_BARRIERS = f"""async () => {{
  {_DEEP}
  const found = await axe.run(panel, {{ resultTypes: ['violations'] }});
  return found.violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .flatMap((one) => one.nodes.map((node) => `${{one.id}}: ${{node.html}} ${{node.failureSummary}}`));
}}"""

_OVERFLOWING = f"""() => {{
  {_DEEP}
  const home = panel.getBoundingClientRect();
  const clipped = (one) => {{
    for (let above = parent(one); above && above !== panel; above = parent(above)) {{
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(above).overflowX)) {{
        const box = above.getBoundingClientRect();
        if (box.left >= home.left - 1 && box.right <= home.right + 1 && above.localName !== 'main') return true;
      }}
    }}
    return false;
  }};
  const out = (one) => {{
    const box = one.getBoundingClientRect();
    return box.width > 0 && (box.left < home.left - 1 || box.right > home.right + 1) && !clipped(one);
  }};
  const wide = deep(panel.shadowRoot).filter((one) => one.localName === 'main' && one.scrollWidth > one.clientWidth);
  return [...deep(panel.shadowRoot).filter(out), ...wide].map((one) => one.outerHTML.slice(0, 200));
}}"""

_SEND = """async (message) => {
  const { connection } = document.querySelector('home-assistant').hass;
  return connection.sendMessagePromise(message).then(() => '', (refused) => refused.code);
}"""
