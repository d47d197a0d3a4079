"""Real Home Assistant with the integration, as a process: for end-to-end tests and the demo.

It has a configuration directory of its own, listens on 127.0.0.1, and is set up through the same doors that its web
page uses: onboarding over REST, config flows over REST, the rest over REST and websocket.
"""

import asyncio
import json
import os
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from .syncthing import free_port, wait_until

CHECKOUT = Path(__file__).parents[2]
INTEGRATION = CHECKOUT / "custom_components" / "immich_syncthing"
USER, PASSWORD = "demo", "demo-demo"
"""The login that the demo prints."""
START_PATIENCE_S = 180.0
"""A first start on a slow machine compiles Python files for a while."""

_MORTAL = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override") if os.geteuid() == 0 else ()
"""Started by root, it could write everywhere; so that a read-only directory is one, it may do no more than others."""

# default_config would bring Bluetooth, discovery and the cloud: nothing of it is to be had here.
_CONFIGURATION = """\
homeassistant:
  name: Immich Syncthing
  time_zone: UTC
  unit_system: metric
  country: GB
  allowlist_external_dirs: {allowed}
  media_dirs:
    local: {media}
frontend:
config:
history:
logbook:
recorder:
repairs:
diagnostics:
my:
system_log:
media_source:
logger:
  default: warning
  logs:
    custom_components.immich_syncthing: debug
"""

type Json = Any  # what other people's servers answer


class FlowError(Exception):
    """A flow did not end as it should; carries Home Assistant's answer."""


class HomeAssistantProcess:
    """``async with HomeAssistantProcess(directory, allowed=[…]) as home:`` runs Home Assistant until the block ends.

    ``allowed`` are the directories outside of its own that it may access. ``version`` of Home Assistant is whatever
    .venv-e2e holds. ``debug``: it watches its event loop closely, and tells of deprecated things in Python.
    """

    def __init__(
        self, directory: Path, *, allowed: Sequence[Path] = (), port: int | None = None, debug: bool = False
    ) -> None:
        """Keep everything below ``directory``; nothing runs before ``start``."""
        self._debug = debug
        self.config_dir = directory / "config"
        self.log_path = directory / "home-assistant-output.log"
        self.port = port or free_port()
        self._allowed = allowed
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self._token = ""
        self.tokens: dict[str, Json] = {}

    @property
    def url(self) -> str:
        """The address of its web page."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process while it runs."""
        if self._process is None:
            raise RuntimeError("not started")  # noqa: EM101, TRY003 - a mistake in a test
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has logged so far."""
        path = self.config_dir / "home-assistant.log"
        own = path.read_text() if path.is_file() else ""
        return own + (self.log_path.read_text() if self.log_path.is_file() else "")

    async def __aenter__(self) -> Self:
        """Start and onboard."""
        self.prepare()
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def prepare(self) -> None:
        """Write the configuration and put the integration in place."""
        storage = self.config_dir / ".storage"
        storage.mkdir(parents=True, exist_ok=True)
        # In a container it would be /media, which all that runs here has in common.
        media = self.config_dir / "media"
        media.mkdir(exist_ok=True)
        allowed = json.dumps([str(path) for path in self._allowed])
        configuration = _CONFIGURATION.format(allowed=allowed, media=json.dumps(str(media)))
        (self.config_dir / "configuration.yaml").write_text(configuration)
        (storage / "http").write_text(json.dumps(_http_settings(self.port)))
        target = self.config_dir / "custom_components" / "immich_syncthing"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(INTEGRATION, target, ignore=shutil.ignore_patterns("__pycache__"))

    async def start(self) -> None:
        """Start the process and wait until it runs; onboard it if it is new."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120))
        hass = CHECKOUT / ".venv-e2e" / "bin" / "hass"
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        # Home Assistant installs what is missing with uv, which it looks for on the path.
        environment["PATH"] = f"{hass.parent}{os.pathsep}{environment.get('PATH', '')}"
        debugging = ("--debug",) if self._debug else ()
        if self._debug:
            environment["PYTHONWARNINGS"] = "default::DeprecationWarning,default::PendingDeprecationWarning"
        with self.log_path.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(*_MORTAL, hass, *debugging, "-c", self.config_dir),
                stdout=output,
                stderr=output,
                stdin=asyncio.subprocess.DEVNULL,
                env=environment,
            )
        await wait_until(self._answers, "Home Assistant answers", START_PATIENCE_S)
        new = not self._token
        if new:
            await self._onboard()
        await wait_until(self._runs, "Home Assistant runs", START_PATIENCE_S)
        if new:
            await self._remove_gifts()

    async def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        await self._end(signal.SIGINT)

    async def kill(self) -> None:
        """Stop it as a power cut does."""
        await self._end(signal.SIGKILL)

    async def ended(self) -> None:
        """Wait until it ends, by itself or by somebody else's hand."""
        if self._process is not None:
            await self._process.wait()

    async def restart(self) -> None:
        """Stop and start it."""
        await self.stop()
        await self.start()

    async def call(self, method: str, path: str, body: Json = None) -> Json:
        """Make one REST call below ``/api`` and return the answer; raises ``aiohttp.ClientResponseError``."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._open_session.request(method, f"{self.url}/api/{path}", json=body, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def action(self, domain: str, name: str, data: Mapping[str, Json], *, response: bool = False) -> Json:
        """Call an action; with ``response``, return what it responds."""
        suffix = "?return_response" if response else ""
        answer = await self.call("POST", f"services/{domain}/{name}{suffix}", dict(data))
        return answer["service_response"] if response else answer

    async def state(self, entity_id: str) -> Json:
        """Return an entity's state object."""
        return await self.call("GET", f"states/{entity_id}")

    async def states(self) -> dict[str, Json]:
        """Return all state objects by entity id."""
        return {state["entity_id"]: state for state in await self.call("GET", "states")}

    async def flow(self, path: str, handler: Json, *answers: Mapping[str, Json]) -> Json:
        """Walk through a flow, one mapping for each form; return its last step, whatever it is.

        ``path`` is ``config/config_entries/flow`` or ``config/config_entries/subentries/flow``. Steps that only show
        progress are waited for.
        """
        return await self.answer(path, await self.call("POST", path, {"handler": handler}), *answers)

    async def reconfigure(self, domain: str, entry_id: str, *answers: Mapping[str, Json]) -> Json:
        """Walk through the flow that changes an entry; return its last step, whatever it is."""
        path = "config/config_entries/flow"
        step = await self.call("POST", path, {"handler": domain, "entry_id": entry_id})
        return await self.answer(path, step, *answers)

    async def answer(self, path: str, step: Json, *answers: Mapping[str, Json]) -> Json:
        """Go on with a flow that has come to ``step``."""
        for answer in answers:
            step = await self._worked(path, step)
            if step["type"] not in {"form", "menu"}:
                raise FlowError(step)
            step = await self.call("POST", f"{path}/{step['flow_id']}", dict(answer))
        return await self._worked(path, step)

    async def _worked(self, path: str, step: Json) -> Json:
        """Wait for a step that only shows progress."""
        while step["type"] == "progress":
            await asyncio.sleep(0.1)
            step = await self.call("GET", f"{path}/{step['flow_id']}")
        return step

    async def sign_in(self) -> dict[str, Json]:
        """Return what its web page keeps in ``localStorage.hassTokens`` of its owner, who has signed in."""
        fresh = await self._tokens(grant_type="refresh_token", refresh_token=self.tokens["refresh_token"])
        return self._kept({**self.tokens, **fresh})

    async def sign_in_guest(self, name: str) -> dict[str, Json]:
        """Return the same of a new user who is no administrator; ``name`` is all lower case."""
        user = await self.command("config/auth/create", name=name.title(), group_ids=["system-users"])
        login = {"user_id": user["user"]["id"], "username": name, "password": PASSWORD}
        await self.command("config/auth_provider/homeassistant/create", **login)
        client = {"client_id": f"{self.url}/"}
        begin = {**client, "handler": ["homeassistant", None], "redirect_uri": f"{self.url}/"}
        step = await self._post("login_flow", json=begin)
        password = {**client, "username": name, "password": PASSWORD}
        done = await self._post(f"login_flow/{step['flow_id']}", json=password)
        return self._kept(await self._tokens(grant_type="authorization_code", code=done["result"]))

    async def _tokens(self, **grant: str) -> dict[str, Json]:
        tokens: dict[str, Json] = await self._post("token", data={**grant, "client_id": f"{self.url}/"})
        return tokens

    async def _post(self, path: str, **body: Json) -> Json:
        async with self._open_session.post(f"{self.url}/auth/{path}", **body) as answer:
            answer.raise_for_status()
            return await answer.json()

    def _kept(self, tokens: dict[str, Json]) -> dict[str, Json]:
        expires = int(time.time() + tokens["expires_in"]) * 1000
        return {**tokens, "hassUrl": self.url, "clientId": f"{self.url}/", "expires": expires}

    async def command(self, kind: str, **data: Json) -> Json:
        """Send one websocket command and return its result."""
        async with self._open_session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self._token})
            await socket.receive_json()
            await socket.send_json({"id": 1, "type": kind, **data})
            while (answer := await socket.receive_json()).get("id") != 1:
                pass
            if not answer["success"]:
                raise FlowError(answer)
            return answer["result"]

    @property
    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("not started")  # noqa: EM101, TRY003 - a mistake in a test
        return self._session

    async def _answers(self) -> bool:
        if self._process is not None and self._process.returncode is not None:
            raise RuntimeError(self.log)
        try:
            async with self._open_session.get(f"{self.url}/manifest.json") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def _runs(self) -> bool:
        return bool((await self.call("GET", "config"))["state"] == "RUNNING")

    async def _onboard(self) -> None:
        client = f"{self.url}/"
        user = {"client_id": client, "name": "Demo", "username": USER, "password": PASSWORD, "language": "en"}
        code = (await self.call("POST", "onboarding/users", user))["auth_code"]
        self.tokens = await self._tokens(grant_type="authorization_code", code=code)
        self._token = self.tokens["access_token"]
        await self.call("POST", "onboarding/core_config", {})
        await self.call("POST", "onboarding/analytics", {})
        await self.call("POST", "onboarding/integration", {"client_id": client, "redirect_uri": client})
        self._token = await self.command("auth/long_lived_access_token", client_name="tests", lifespan=365)

    async def _remove_gifts(self) -> None:
        """Remove what onboarding adds by itself: weather and radio look for the Internet at every start."""
        for entry in await self.call("GET", "config/config_entries/entry"):
            if entry["source"] == "onboarding":
                await self.call("DELETE", f"config/config_entries/entry/{entry['entry_id']}")

    async def _end(self, how: signal.Signals) -> None:
        if self._session is not None:
            await self._session.close()
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(how)
        try:
            await asyncio.wait_for(process.wait(), 60)
        except TimeoutError:
            process.kill()
            await process.wait()


def _http_settings(port: int) -> dict[str, Json]:
    # In configuration.yaml these would be a trial that Home Assistant takes back by a restart after five minutes.
    return {
        "version": 3,
        "minor_version": 1,
        "key": "http",
        "data": {
            "stable": {
                "server_host": ["127.0.0.1"],
                "server_port": port,
                "cors_allowed_origins": [],
                "login_attempts_threshold": -1,
                "ip_ban_enabled": True,
                "ssl_profile": "intermediate_v6",
                "use_x_frame_options": True,
                "created_at": datetime.now(UTC).isoformat(),
                "error": None,
                "error_message": None,
            },
            "pending": None,
            "yaml_migration_done": True,
        },
    }
