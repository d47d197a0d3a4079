"""The stand-in in a process of its own, and the way to its control door; for end-to-end runs and the demo."""

import asyncio
import base64
import json
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

_ROOT = Path(__file__).parents[3]
_PATIENCE_S = 30.0


class ImmichProcess:
    """``async with ImmichProcess(storage) as immich:``; may be stopped or killed and started again on its storage.

    ``url`` and ``key`` are the same after every start. ``do`` and ``state`` talk to the control door
    (``control.py`` lists the verbs).
    """

    def __init__(
        self, storage: Path, version: str = "3.2.2", *, options: tuple[str, ...] = (), patience_s: float = _PATIENCE_S
    ) -> None:
        self.storage, self.version = storage, version
        self._patience_s = patience_s
        self.url = self.key = self.email = self.password = self.user_id = ""
        self._options = options
        self._control = ""
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def control_url(self) -> str:
        return self._control

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Raises RuntimeError with the program's own words when it does not come up."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.servers.immich"),
            *("--version", self.version, "--storage", str(self.storage), "--port", str(self._port)),
            *self._options,
            cwd=_ROOT,
            env=os.environ | {"PYTHONPATH": str(_ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(self._patience_s):
            line = await self._process.stdout.readline()
        try:
            greeting = json.loads(line)
        except ValueError as err:
            rest = await self._process.stdout.read()
            raise RuntimeError((line + rest).decode(errors="replace")) from err
        self.url, self.key, self.user_id = greeting["url"], greeting["key"], greeting["user"]
        self.email, self.password = greeting["email"], greeting["password"]
        self._control = greeting["control"]
        self._port = int(self.url.split(":")[2].split("/")[0])

    async def stop(self) -> None:
        """An orderly end; the state is written down."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def kill(self) -> None:
        """A power cut; at most the last quarter of a second is lost."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def state(self) -> dict[str, Any]:
        """Users, keys, assets (checksum in hex), faults; ``idle`` when the background queues have nothing to do."""
        async with aiohttp.ClientSession() as session, session.get(f"{self._control}/state") as answer:
            return dict(await answer.json())

    async def assets(self, *, trashed: bool | None = None) -> list[dict[str, Any]]:
        """All assets, or only those (not) in the trash."""
        every = (await self.state())["assets"]
        return [asset for asset in every if trashed is None or (asset["deleted_at"] is not None) is trashed]

    async def log(self) -> list[dict[str, Any]]:
        """Every request since the start."""
        async with aiohttp.ClientSession() as session, session.get(f"{self._control}/log") as answer:
            return list(await answer.json())

    async def do(self, verb: str, **arguments: Any) -> dict[str, Any]:
        """Raises RuntimeError with the reason when the control door refuses."""
        url = f"{self._control}/do/{verb}"
        async with aiohttp.ClientSession() as session, session.post(url, json=arguments) as answer:
            result = await answer.json()
            if answer.status != 200:
                raise RuntimeError(f"{verb}: {result['error']}")  # noqa: EM102, TRY003
            return dict(result)

    async def upload(self, content: bytes, name: str) -> str:
        """As the user in Immich's web page; the id of the asset."""
        encoded = base64.b64encode(content).decode()
        return str((await self.do("upload", content=encoded, name=name))["id"])
