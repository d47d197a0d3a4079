"""Real Syncthing processes on loopback, for tests, end-to-end runs and the demo.

They talk to nobody but each other: no discovery, relays, NAT, upgrades, usage or crash reports, no browser. Nothing
here belongs to an event loop, so an instance may outlive the loop that started it (session fixtures). Needs the
standard library and aiohttp only. The binaries are named by ``SYNCTHING_119`` and ``SYNCTHING_129``, in the
environment or in ``.tools/env``, which ``scripts/setup`` writes. A server and a phone that share a folder:
``syncthing_pair``.
"""

import asyncio
import atexit
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import aiohttp

TOOLS_ENV = Path(__file__).parents[2] / ".tools" / "env"
PATIENCE_S = 60.0
"""How long a wait may take before it fails; generous, because the machine may be busy with other tests."""

STOP_PATIENCE_S = 3.0
"""After this a stop becomes a kill: 1.29.5 needs 10 s to end while a connection is being made."""

POLL_S = 0.05
QUIET_OPTIONS: Mapping[str, str] = {
    "globalAnnounceEnabled": "false",
    "localAnnounceEnabled": "false",
    "relaysEnabled": "false",
    "natEnabled": "false",
    "startBrowser": "false",
    "crashReportingEnabled": "false",
    "urAccepted": "-1",
    "autoUpgradeIntervalH": "0",
    "releasesURL": "",
    "setLowPriority": "false",
    "minHomeDiskFree": "0",
    "reconnectionIntervalS": "1",
    "stunKeepaliveStartS": "0",
}


class Release(StrEnum):
    """The releases that are run for real; 2.x is in no package archive and known by recordings only."""

    V1_19 = "1.19"
    V1_29 = "1.29"

    @property
    def binary(self) -> Path:
        """Return the path of the program; raises ``FileNotFoundError`` where set-up has not run."""
        name = f"SYNCTHING_{self.value.replace('.', '')}"
        path = os.environ.get(name) or _tools_env().get(name)
        if not path or not Path(path).is_file():
            message = f"no Syncthing {self.value}: {name} is not set, run scripts/setup"
            raise FileNotFoundError(message)
        return Path(path)


def _tools_env() -> dict[str, str]:
    """Return the assignments of ``.tools/env``, a shell file of ``NAME=value`` lines."""
    if not TOOLS_ENV.is_file():
        return {}
    lines = (line.removeprefix("export ").partition("=") for line in TOOLS_ENV.read_text().splitlines())
    return {name.strip(): value.strip().strip("'\"") for name, equals, value in lines if equals}


NOBODY = "http://127.0.0.1:1"
"""Where nobody listens. A port that was free a while ago may be another test's server by now."""


def free_port() -> int:
    """Return a free loopback port below the range of outgoing connections, so that it stays free across a restart."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


async def wait_until(condition: Callable[[], Awaitable[bool]], what: str, patience_s: float = PATIENCE_S) -> None:
    """Poll ``condition`` until it holds; raises ``TimeoutError`` naming ``what`` was waited for."""
    deadline = time.monotonic() + patience_s
    while not await condition():
        if time.monotonic() > deadline:
            message = f"{what}: not within {patience_s:.0f} s"
            raise TimeoutError(message)
        await asyncio.sleep(POLL_S)


class SyncthingProcess:
    """One Syncthing with its own home directory, identity, API key and ports; all stay the same across restarts."""

    def __init__(
        self, home: Path, *, name: str = "server", release: Release = Release.V1_29, api_key: str | None = None
    ) -> None:
        """Prepare an instance; nothing runs before ``start``."""
        self.home = home
        self.name = name
        self.release = release
        self.api_key = api_key or f"api-key-of-the-{name}"
        self.gui_port = free_port()
        self.sync_port = free_port()
        self.device_id = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the root of the web interface."""
        return f"http://127.0.0.1:{self.gui_port}"

    @property
    def sync_address(self) -> str:
        """Return the address at which other devices reach this one."""
        return f"tcp://127.0.0.1:{self.sync_port}"

    @property
    def _config_path(self) -> Path:
        return self.home / "config.xml"

    @property
    def log_path(self) -> Path:
        """Return the file that gathers what the process says, over all its lives."""
        return self.home / "syncthing.log"

    @property
    def running(self) -> bool:
        """Return whether the process lives."""
        return self._process is not None and self._process.poll() is None

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def prepare(self) -> None:
        """Make identity and configuration, unless there are; the device id is known from here on."""
        if not self._config_path.exists():
            self._generate()

    def introduce(self, peer: SyncthingProcess) -> None:
        """Make a prepared peer known, with its address. Only while this one does not run.

        Peers that start knowing each other connect once; a peer introduced later is refused first and comes back.
        """
        tree = _config(self._config_path)
        device = ET.SubElement(tree.getroot(), "device", {"id": peer.device_id, "name": peer.name})
        ET.SubElement(device, "address").text = peer.sync_address
        tree.write(self._config_path)

    async def start(self) -> None:
        """Start the process and wait until its API answers; the first start makes identity and configuration."""
        self.prepare()
        self._log = self.log_path.open("ab")
        self._process = subprocess.Popen(  # noqa: ASYNC220 - the process is to outlive this event loop
            [self.release.binary, "serve", f"--home={self.home}", "--no-browser", "--no-upgrade"],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            # STMONITORED: Syncthing would else leave the work to a child, which survives when we kill the parent.
            # STHASHING skips the benchmark of hash implementations at start.
            env={**os.environ, "HOME": str(self.home), "STMONITORED": "yes", "STHASHING": "standard"},
            start_new_session=True,
        )
        atexit.register(self._kill_now)
        await wait_until(self._answers, f"Syncthing {self.name} starts (see {self.log_path})")

    async def stop(self) -> None:
        """End the process as a service manager would: politely, then by force. Harmless if it does not run."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End the process as a power cut would."""
        await self._end(signal.SIGKILL)

    async def restart(self) -> None:
        """Stop and start again: same identity and ports, event ids begin anew."""
        await self.stop()
        await self.start()

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        timeout_s: float = PATIENCE_S,
    ) -> Any:
        """Call the REST API and return the JSON answer, ``None`` for an empty one; raises ``aiohttp.ClientError``."""
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout_s)) as session,
            session.request(
                method,
                f"{self.url}/rest/{path}",
                params=params,
                json=body,
                headers={"X-API-Key": self.api_key},
                ssl=False,
            ) as answer,
        ):
            text = await answer.text()
            if answer.status >= 400:
                message = f"{self.name}: {method} {path}: {answer.status} {text.strip()}"
                raise aiohttp.ClientError(message)
            return await answer.json() if text.strip() else None

    async def add_folder(
        self, folder_id: str, label: str, path: Path, peers: Sequence[SyncthingProcess] = (), **options: object
    ) -> None:
        """Add a folder. Through the API, Syncthing's own defaults apply: a hand-written one gets ``maxConflicts`` 0."""
        folder = {
            "id": folder_id,
            "label": label,
            "path": str(path),
            "devices": [{"deviceID": peer.device_id} for peer in peers],
            "fsWatcherDelayS": 1,
            "minDiskFree": {"value": 0, "unit": "%"},
            **options,
        }
        await self.call("PUT", f"config/folders/{folder_id}", folder)

    async def change_folder(self, folder_id: str, **options: object) -> None:
        """Change settings of a folder, e.g. ``paused=True`` or ``type="receiveonly"``."""
        await self.call("PATCH", f"config/folders/{folder_id}", options)

    async def change_gui(self, **options: object) -> None:
        """Change settings of the web interface, e.g. ``useTLS=True``, and wait until its listener has restarted.

        Until then (about 1 s) open requests are cut and new ones refused.
        """
        never = f"{self.url}/rest/events?events=Failure&since=0&timeout={PATIENCE_S:.0f}"
        async with (
            aiohttp.ClientSession(headers={"X-API-Key": self.api_key}) as session,
            session.get(never, ssl=False) as poll,
        ):
            await self.call("PATCH", "config/gui", options)
            with contextlib.suppress(aiohttp.ClientError):
                await poll.read()
        await wait_until(self._answers, f"{self.name} listens again")

    async def ignore(self, folder_id: str, *patterns: str) -> None:
        """Replace the ignore patterns of a folder; it is scanned by that."""
        await self.call("POST", "db/ignores", {"ignore": list(patterns)}, params={"folder": folder_id})

    async def scan(self, folder_id: str, *subs: str) -> None:
        """Have a folder (or paths of it) scanned and wait for the end of the scan."""
        await self.call("POST", "db/scan", params=[("folder", folder_id), *(("sub", sub) for sub in subs)])

    def _generate(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [self.release.binary, "generate", f"--home={self.home}", "--no-default-folder", "--skip-port-probing"],
            check=True,
            capture_output=True,
            env={**os.environ, "HOME": str(self.home)},
        )
        tree = _config(self._config_path)
        for options in tree.iter("options"):
            for option, value in QUIET_OPTIONS.items():
                element = options.find(option)
                if element is not None:
                    element.text = value
            _only(options, "listenAddress").text = self.sync_address
        for gui in tree.iter("gui"):
            _only(gui, "address").text = f"127.0.0.1:{self.gui_port}"
            _only(gui, "apikey").text = self.api_key
        device = _only(tree.getroot(), "device")
        device.set("name", self.name)
        self.device_id = device.attrib["id"]
        tree.write(self._config_path)

    async def _answers(self) -> bool:
        if not self.running:
            message = f"Syncthing {self.name} ended at its start, see {self.log_path}"
            raise RuntimeError(message)
        try:
            status = await self.call("GET", "system/status", timeout_s=5)
        except aiohttp.ClientError, TimeoutError:
            return False
        return bool(status["myID"] == self.device_id)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(how)
        deadline = time.monotonic() + STOP_PATIENCE_S
        while self.running and time.monotonic() < deadline:
            await asyncio.sleep(POLL_S)
        self._kill_now()
        atexit.unregister(self._kill_now)

    def _kill_now(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None


def _config(path: Path) -> ET.ElementTree[ET.Element]:
    return ET.parse(path)  # noqa: S314 - written by the program that we run


def _only(parent: ET.Element, tag: str) -> ET.Element:
    element = parent.find(tag)
    if element is None:
        message = f"Syncthing's configuration has no <{tag}>"
        raise LookupError(message)
    return element
