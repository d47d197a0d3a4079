"""The panel in a real Home Assistant with 100,000 linked files: how soon it is seen once its script is there.

``.venv-e2e/bin/python -m tests.benchmarks.panel_home``: prints its figures as a line of JSON. Everything is real but
Immich, which the stand-in plays; most of the photos are a few bytes that only bear a photo's name.
"""

import asyncio
import json
import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.e2e.browser import browser
from tests.e2e.photos import scene
from tests.e2e.stage import Stage

LINKED, PICTURES, TIMES = 100_000, 20, 5
"""Files, those of them that are pictures, and how often the panel is opened."""

_BYTES = 500
_MOST_IN_A_DIRECTORY = 1_000
_PATIENCE_S = 3_600.0


async def measure(place: Path) -> dict[str, float]:
    """Return seconds by their names."""
    async with Stage(place) as stage:
        await asyncio.to_thread(_write, stage.phone_dir)
        await stage.phone_notices("Before")
        await _linked(stage, LINKED)
        await stage.phone_takes_photos({f"Today/IMG_{number}.jpg": scene(number) for number in range(PICTURES)})
        await _linked(stage, LINKED + PICTURES)
        opened = [await _open(stage) for _ in range(TIMES)]
    return {
        "first_view": statistics.median(one["seen"] - one["loaded"] for one in opened) / 1000,
        "slowest": max(one["seen"] - one["loaded"] for one in opened) / 1000,
        "whole_page": statistics.median(one["seen"] for one in opened) / 1000,
    }


def _write(phone: Path) -> None:
    chance = random.Random(1)
    for number in range(LINKED):
        path = phone / "Before" / f"{number // _MOST_IN_A_DIRECTORY:03}" / f"IMG_{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(chance.randbytes(_BYTES))


async def _linked(stage: Stage, count: int) -> None:
    wanted = {"status": "in_agreement", "linked": str(count), "to_upload": "0"}

    async def agreed() -> bool:
        return wanted.items() <= (await stage.shown()).items()

    await stage.until(agreed, f"{count} files in agreement", _PATIENCE_S)


async def _open(stage: Stage) -> dict[str, Any]:
    async with browser(stage.home) as tab:
        await tab.page.add_init_script(_WATCH)
        await tab.open("immich-syncthing/overview")
        return dict(await tab.page.evaluate(_SEEN))


_WATCH = """
const deep = (root, found = []) => {
  for (const element of root.querySelectorAll('*')) {
    found.push(element);
    if (element.shadowRoot) deep(element.shadowRoot, found);
  }
  return found;
};
window.seen = new Promise((done) => {
  const look = () => {
    const panel = deep(document).find((element) => element.localName === 'immich-syncthing-panel');
    const photos = panel ? deep(panel.shadowRoot).filter((element) => element.localName === 'img') : [];
    if (photos.some((photo) => photo.naturalWidth > 0)) done(performance.now());
    else requestAnimationFrame(look);
  };
  look();
});
"""
"""When the first photo is seen, in milliseconds since the page was asked for."""

_SEEN = """async () => {
  const seen = await window.seen;
  const [script] = performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/panel.js'));
  return { seen, loaded: script.responseEnd };
}"""

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        sys.stdout.write(json.dumps(asyncio.run(measure(Path(directory)))))
