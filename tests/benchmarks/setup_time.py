"""What a big library costs at Home Assistant's start: ``python -m tests.benchmarks.setup_time [files]``, from the root.

Real Home Assistant core, a real Syncthing and Immich's stand-in in processes of their own, and as many linked files
(default 100,000) on the disk, in the stand-in and in the ledger. Prints a line of JSON for each of: the set-up in a
fresh process, the first cycle, what the panel asks when it is opened, the unloading, another set-up, and an unloading
in the midst of a first cycle; with what was left behind. See ``loop_meter`` for
the figures.
"""

import asyncio
import hashlib
import json
import logging
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from aiohttp.resolver import AsyncResolver
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

import custom_components.immich_syncthing
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, Base, FileRow, FileStatus, Signature
from tests.servers.immich import ImmichStandIn
from tests.servers.immich.process import ImmichProcess
from tests.servers.immich.snapshot import save_tables
from tests.servers.syncthing import SyncthingProcess

from .loop_meter import metered

FILES = 100_000
PER_DIRECTORY = 1_000
PAGE = 5_000
ENTRY = "an-entry"
FOLDER = "a-folder"
PATIENCE_S = 300.0
"""How long the stand-in may read its database."""
MIDST_S = 0.3
"""How long a first cycle runs before it is broken off."""


async def measure(root: Path, count: int) -> None:
    """Let an account with nothing be set up once, fill it, and measure in a fresh process."""
    photos, storage = root / "media" / "phone", root / "immich"
    photos.mkdir(parents=True)
    # Syncthing need not read what it is not asked about, and says at once that it is idle.
    (photos / ".stignore").write_text("*\n")
    paths = _photos(count)
    assets = await asyncio.to_thread(_fill_immich, storage, paths)
    syncthing = SyncthingProcess(root / "syncthing")
    async with syncthing, ImmichProcess(storage, patience_s=PATIENCE_S) as immich:
        await syncthing.add_folder("photos", "Phone", photos, fsWatcherEnabled=False)
        data = {
            "immich_url": immich.url,
            "immich_api_key": immich.key,
            "immich_verify_ssl": True,
            "syncthing_url": syncthing.url,
            "syncthing_api_key": syncthing.api_key,
            "syncthing_verify_ssl": True,
        }
        (root / "home.json").write_text(json.dumps({"data": data, "user": immich.user_id}))
        await _in_a_fresh_process("begin", root)
        await asyncio.to_thread(_fill_folder, photos, paths)
        await asyncio.to_thread(_fill_ledger, root, photos, paths, assets)
        await _in_a_fresh_process("live", root)


def _photos(count: int) -> dict[str, bytes]:
    return {f"{n // PER_DIRECTORY:03}/IMG_{n:06}.jpg": f"photo {n}".encode() for n in range(count)}


def _checksum(content: bytes) -> bytes:
    return hashlib.sha1(content, usedforsecurity=False).digest()


def _asset_id(content: bytes) -> str:
    digest = _checksum(content).hex()
    return f"{digest[:8]}-0000-4000-8000-{digest[8:20]}"


def _fill_immich(storage: Path, paths: dict[str, bytes]) -> dict[str, str]:
    """Put the photos into the stand-in's database, without their bytes, and return their ids by path."""
    standin = ImmichStandIn(storage=storage)
    model_id = standin.browser.upload(b"a model", "model.jpg")
    tables = standin.world.tables
    model = tables.assets.pop(model_id)
    tables.jobs.clear()
    for path, content in paths.items():
        checksum = _checksum(content)
        asset_id = _asset_id(content)
        name = path.rpartition("/")[2]
        tables.assets[asset_id] = replace(model, id=asset_id, checksum=checksum, name=name, size=len(content))
    save_tables(tables, storage / "world.json")
    return {
        path: f"{_checksum(one).hex()[:8]}-0000-4000-8000-{_checksum(one).hex()[8:20]}" for path, one in paths.items()
    }


def _fill_folder(photos: Path, paths: dict[str, bytes]) -> None:
    long_ago = time.time() - 86_400
    for path, content in paths.items():
        file = photos / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        os.utime(file, (long_ago, long_ago))


def _fill_ledger(root: Path, photos: Path, paths: dict[str, bytes], assets: dict[str, str]) -> None:
    ledger, now = Ledger.open(root / "config" / ".storage" / DOMAIN / f"{ENTRY}.sqlite"), time.time()
    every = list(paths.items())
    for start in range(0, len(every), PAGE):
        page = every[start : start + PAGE]
        with ledger.together():
            ledger.apply_observation(
                FOLDER, [_row(photos, path, _checksum(content)) for path, content in page], (), now
            )
            facts = [(_checksum(content), AssetFact(AssetState.ACTIVE, assets[path])) for path, content in page]
            ledger.set_assets(facts, now)
            for path, content in page:
                ledger.record(_checksum(content), Base.LINKED, assets[path], now)
        moment = ledger.moment()
        ledger.settle([_checksum(content) for _, content in page], moment)
    ledger.close()


def _row(photos: Path, path: str, checksum: bytes) -> FileRow:
    found = (photos / path).lstat()
    signature = Signature(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)
    return FileRow(FOLDER, path, signature, FileStatus.SETTLED, checksum)


async def _in_a_fresh_process(verb: str, root: Path) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __spec__.name, verb, str(root))
    assert await process.wait() == 0


async def begin(root: Path) -> None:
    """Set the account up with an empty folder, so that it has its vault, its fence and an empty ledger."""
    async with _home(root) as (hass, entry):
        await _set_up(hass, entry)
        report = await entry.runtime_data.folders[FOLDER].async_sync()
        assert report.problem is None, report.problem
        await hass.config_entries.async_unload(entry.entry_id)
        (root / "entry.json").write_text(json.dumps(dict(entry.data)))


async def live(root: Path) -> None:
    """Measure."""
    async with _home(root) as (hass, entry):
        hass.set_state(CoreState.starting)
        with metered() as meter:
            await _set_up(hass, entry)
        _tell("set-up in a fresh process", meter.told())

        folder = entry.runtime_data.folders[FOLDER]
        with metered() as meter:
            hass.set_state(CoreState.running)
            hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
            while folder.data is None:
                await asyncio.sleep(0.05)
        report = folder.data
        _tell("first cycle", meter.told() | {"linked": report.counts.linked, "problem": report.problem})
        with metered() as meter:
            await folder.async_sync()
        _tell("second cycle", meter.told())
        with metered() as meter:
            report = await folder.async_sync()
        _tell("a later cycle", meter.told() | {"linked": report.counts.linked, "state": report.state})

        with metered() as meter:
            told = await _open_panel(hass)
        _tell("what the panel is first shown", meter.told() | told)
        with metered() as meter:
            await hass.config_entries.async_unload(entry.entry_id)
        left = _left(hass)
        _tell("unloading", meter.told() | {"threads": _threads()})

        with metered() as meter:
            await _set_up(hass, entry)
        _tell("set-up again", meter.told())
        await asyncio.sleep(MIDST_S)
        with metered() as meter:
            await hass.config_entries.async_unload(entry.entry_id)
        more = _left(hass) - left
        _tell("unloading in the midst of a cycle", meter.told() | {"threads": _threads(), "left behind": dict(more)})


@asynccontextmanager
async def _home(root: Path) -> AsyncIterator[tuple[HomeAssistant, MockConfigEntry]]:
    home = json.loads((root / "home.json").read_text())
    known = root / "entry.json"
    data = json.loads(known.read_text()) if known.exists() else home["data"]
    (root / "config").mkdir(exist_ok=True)
    # The servers have numeric addresses; Home Assistant's own resolver wants multicast.
    resolver: Any = AsyncResolver()
    resolver.real_close = resolver.close
    with patch("homeassistant.helpers.aiohttp_client._async_make_resolver", return_value=resolver):
        async with async_test_home_assistant(config_dir=str(root / "config")) as hass:
            hass.data.pop(DATA_CUSTOM_COMPONENTS)
            hass.config.media_dirs = {"local": str(root / "media")}
            hass.config.allowlist_external_dirs = {str(root / "media")}
            entry = MockConfigEntry(domain=DOMAIN, title="Admin", unique_id=home["user"], data=data, entry_id=ENTRY)
            entry.add_to_hass(hass)
            folder = {
                "folder_id": "photos",
                "label": "Phone",
                "marker_name": ".stfolder",
                "path": str(root / "media" / "phone"),
                "preset": "mirror",
            }
            subentry = ConfigSubentry(
                data=MappingProxyType(folder),
                subentry_id=FOLDER,
                subentry_type="folder",
                title="Phone",
                unique_id="photos",
            )
            hass.config_entries.async_add_subentry(entry, subentry)
            yield hass, entry
            await hass.async_stop(force=True)


async def _set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED, entry.reason


async def _open_panel(hass: HomeAssistant) -> dict[str, Any]:
    """Ask what the panel asks when it is opened, and wait until it could show all of that."""
    user = await hass.auth.async_create_user("Owner", group_ids=[GROUP_ID_ADMIN])
    answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def told(message: bytes | str | dict[str, Any]) -> None:
        answers.put_nowait(message if isinstance(message, dict) else json.loads(message))

    panel = ActiveConnection(logging.getLogger(__name__), hass, told, user, None, None)  # type: ignore[arg-type]
    panel.async_handle({"id": 1, "type": f"{DOMAIN}/overview/subscribe"})
    panel.async_handle({"id": 2, "type": f"{DOMAIN}/history", "entry_id": ENTRY, "limit": 15})
    overview = entries = None
    while overview is None or entries is None:
        answer = await asyncio.wait_for(answers.get(), PATIENCE_S)
        assert answer.get("success", True), answer
        overview = answer["event"] if answer["type"] == "event" else overview
        entries = answer["result"]["entries"] if answer["id"] == 2 else entries
    panel.async_handle_close()
    return {"linked": overview["folders"][0]["counts"]["linked"], "history": len(entries)}


def _threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith(DOMAIN)]


def _left(hass: HomeAssistant) -> Counter[str]:
    """Count what there is now that may have been left behind."""
    tasks = (f"task {task.get_name()}" for task in asyncio.all_tasks() if task is not asyncio.current_task())
    timers = (f"timer {handle!r}" for handle in getattr(hass.loop, "_scheduled", ()) if not handle.cancelled())
    ours = (one for one in timers if DOMAIN in one)
    listeners = Counter({f"listener {name}": number for name, number in hass.bus.async_listeners().items()})
    return Counter([*tasks, *ours, *(f"thread {name}" for name in _threads())]) + listeners


def _tell(what: str, told: dict[str, Any]) -> None:
    print(json.dumps({"what": what, **told}, default=str), flush=True)  # noqa: T201 - its result


async def _main(arguments: list[str]) -> None:
    verbs = {"begin": begin, "live": live}
    if arguments and arguments[0] in verbs:
        await verbs[arguments[0]](Path(arguments[1]))
        return
    with tempfile.TemporaryDirectory(prefix="immich-syncthing-setup-") as root:
        await measure(Path(root), int(arguments[0]) if arguments else FILES)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    assert custom_components.immich_syncthing.__file__  # found before Home Assistant's harness brings its own
    asyncio.run(_main(sys.argv[1:]))
