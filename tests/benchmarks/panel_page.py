"""The built panel in Chromium, with a Home Assistant that answers at once: what the page itself takes.

``.venv-e2e/bin/python -m tests.benchmarks.panel_page``: prints its figures as a line of JSON. 100,000 files are linked,
and 5,000 photos wait for an answer; each has a picture of its own.
"""

import asyncio
import base64
import json
import sys
from typing import Any

from playwright.async_api import Page, Route, async_playwright

from tests.e2e.browser import chromium
from tests.e2e.photos import photo
from tests.servers.homeassistant import INTEGRATION

LINKED, HELD = 100_000, 5_000
_HOME = "http://panel.test"
_WWW = INTEGRATION / "www"
_TYPES = {".js": "text/javascript", ".json": "application/json"}
_STEP = 900
"""How far one turn of the wheel scrolls, in pixels: a whole screen."""


async def measure() -> dict[str, float]:
    """Return seconds, milliseconds and bytes by their names."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await page.route(f"{_HOME}/**", _serve)
        picture = base64.b64encode(photo(1)).decode()
        await page.add_init_script(f"window.given = {json.dumps({'linked': LINKED, 'held': HELD, 'jpeg': picture})}")
        await page.goto(f"{_HOME}/")
        first_view = await page.evaluate(_OPEN)
        await page.evaluate(_REVIEW)
        await _scroll(page)
        begun = await _memory(page)
        await _scroll(page)
        ended = await _memory(page)
        tasks = await page.evaluate("() => window.tasks")
        await browser.close()
    return {
        "first_view": first_view / 1000,
        "longest_task": max(tasks, default=0.0),
        "memory": begun["JSHeapUsedSize"],
        "growth": ended["JSHeapUsedSize"] - begun["JSHeapUsedSize"],
        "nodes": ended["Nodes"],
    }


async def _serve(route: Route) -> None:
    name = route.request.url.removeprefix(f"{_HOME}/")
    path = _WWW / name
    if not name:
        await route.fulfill(content_type="text/html", body=_PAGE)
    elif path.is_file():
        await route.fulfill(content_type=_TYPES[path.suffix], body=path.read_text())
    else:
        await route.fulfill(status=404)


async def _scroll(page: Page) -> None:
    """Look at all photos: down to the last, and back up."""
    await page.mouse.move(640, 450)
    for direction in (_STEP, -_STEP):
        while not await page.evaluate(_AT_END, direction):
            await page.mouse.wheel(0, direction)
            await page.evaluate(_FRAME)


async def _memory(page: Page) -> dict[str, float]:
    """Return what the page has after everything that nobody needs was given back."""
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    await session.send("Performance.enable")
    told: dict[str, Any] = await session.send("Performance.getMetrics")
    return {one["name"]: one["value"] for one in told["metrics"]}


_PAGE = "<!doctype html><html lang=en><title>Panel</title><body style='margin:0'></body></html>"

_OPEN = """async () => {
  window.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
    .observe({ entryTypes: ['longtask'] });
  const { linked, held, jpeg } = window.given;
  const bytes = Uint8Array.from(atob(jpeg), (one) => one.charCodeAt(0));
  const now = new Date().toISOString();
  const name = (at) => at.toString(16).padStart(40, '0');
  const counts = { files: linked, bytes: 4e11, linked, released: 40, kept: 6, to_upload: 0, unresolved: 0, failed: 0,
    held };
  const answers = { approve: 'Delete the files', leave: 'Keep the files', undo: 'Restore the photos in Immich' };
  const overview = {
    may_decide: true, stopped: false,
    accounts: [{ entry_id: 'e', title: 'Anna', loaded: true, problem: null, immich_url: null, immich_connected: true,
      syncthing_connected: true, changes: 'websocket', recovering: false, version: '3.2.2' }],
    folders: [{ entry_id: 'e', folder_id: 'f', label: 'Phone', account: 'Anna', state: 'waiting_for_decision',
      problem: null, wait_reason: null, step: null, done: null, total: null, preset: 'mirror', paused: false,
      paused_until: null, last_success: now, last_change: now, counts, uploads: [], percent: null, rate: null,
      completion: 100, device: 'Phone', devices: [], next: { kind: 'decide', count: held, text: 'They wait.' } }],
    copies: [],
    holds: [{ entry_id: 'e', hold_id: 'h', revision: 1, kind: 'many_files', question: 'What to do?', answers,
      folders: ['Phone'], count: held, asked_at: now }],
  };
  const items = Array.from({ length: held }, (_, at) => ({ item: name(at), revision: 1,
    path: `DCIM/Camera/IMG_${at}.jpg`, folder: 'Phone', places: [], size: 4e6, is_video: false }));
  const page = ({ after, limit }) => {
    const from = after ? items.findIndex((one) => one.item === after) + 1 : 0;
    const next = from + limit < held ? items[from + limit - 1].item : null;
    return { revision: 1, items: items.slice(from, from + limit), next };
  };
  const changes = Array.from({ length: 15 }, (_, at) => ({ id: at, at: now, action: 'upload',
    path: `DCIM/Camera/IMG_${at}.jpg`, folder: 'Phone', folder_id: 'f', asset_id: null, checksum: name(at), why: null,
    result: 'ok', origin: null, items: null, is_video: false }));
  const told = { 'immich_syncthing/hold/items': page,
    'immich_syncthing/history': () => ({ entries: changes, next_before: null }),
    'frontend/get_translations': () => ({ resources: {} }) };
  const connection = {
    connected: true, addEventListener() {}, removeEventListener() {},
    async sendMessagePromise(message) { return told[message.type](message); },
    async subscribeMessage(callback, message) {
      if (message.type.endsWith('overview/subscribe')) setTimeout(() => callback(overview));
      return async () => {};
    },
  };
  const hass = { connection, language: 'en', user: { is_admin: true },
    fetchWithAuth: async () => new Response(new Blob([bytes], { type: 'image/jpeg' })) };
  await import('/panel.js');
  const loaded = performance.now();
  const panel = document.createElement('immich-syncthing-panel');
  Object.assign(panel, { hass, route: { prefix: '', path: '/overview' } });
  panel.style.cssText = 'position:fixed;inset:0';
  document.body.append(panel);
  window.panel = panel;
  window.deep = (root, wanted) => [...root.querySelectorAll('*')].flatMap((one) =>
    [...(one.matches(wanted) ? [one] : []), ...(one.shadowRoot ? deep(one.shadowRoot, wanted) : [])]);
  const frame = () => new Promise(requestAnimationFrame);
  while (deep(panel.shadowRoot, 'isp-picture img').length + deep(panel.shadowRoot, 'img').length === 0) await frame();
  return performance.now() - loaded;
}"""

_REVIEW = """async () => {
  panel.route = { prefix: '', path: '/review' };
  while (deep(panel.shadowRoot, '[role=option]').length === 0) await new Promise(requestAnimationFrame);
}"""

_AT_END = """(direction) => {
  const [main] = deep(panel.shadowRoot, 'main');
  const grid = deep(panel.shadowRoot, 'isp-grid')[0];
  return direction < 0 ? main.scrollTop === 0
    : !grid.more && main.scrollTop + main.clientHeight >= main.scrollHeight - 1;
}"""

_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(measure())))
