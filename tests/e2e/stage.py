"""The whole stage: a phone, the Syncthing at home, Immich, and Home Assistant that keeps them in agreement.

Everything is real but Immich, which the stand-in plays. The integration is set up through its own forms.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.servers.homeassistant import FlowError, HomeAssistantProcess
from tests.servers.immich.process import ImmichProcess
from tests.servers.syncthing import Release, wait_until
from tests.servers.syncthing_pair import SyncthingPair

from .logs import complaints
from .sides import Sides, tree

DOMAIN = "immich_syncthing"
ENTRY_FLOW = "config/config_entries/flow"
BESIDE = {"next_step_id": "vault_beside"}
"""The choice of the vault that is proposed."""
FOLDER_FLOW = "config/config_entries/subentries/flow"
REPAIR_FLOW = "repairs/issues/fix"
PERMISSIONS = (
    *("asset.read", "asset.upload", "asset.delete", "asset.download", "asset.statistics", "user.read"),
    *("asset.copy", "asset.update", "tag.create", "tag.asset", "stack.create", "album.read"),
    *("album.create", "albumAsset.create", "albumAsset.delete"),
    *("server.storage", "server.versionCheck", "queue.read", "asset.view"),
    *("job.create", "maintenance", "backup.download"),
)
"""What the forms name, and no more: what is required, then what some settings and sensors use."""

PATIENCE_S = 90.0
"""How long anything may take here; a folder at rest looks every 30 s."""

type Json = Any  # what Home Assistant answers


class Stage:
    """``async with Stage(root) as stage:`` has everything running and the folder set up as a mirror.

    ``phone_dir`` is the phone's camera roll, ``server_dir`` the same at home, as Home Assistant sees it. Paths in
    verbs are relative to them.
    """

    def __init__(
        self,
        root: Path,
        *,
        syncthing: Release = Release.V1_29,
        immich: str = "3.2.2",
        by_hand: bool = False,
        vault: Sequence[Json] = (BESIDE,),
        debug: bool = False,
    ) -> None:
        """Prepare everything below ``root``; nothing runs before the block begins.

        ``by_hand``: the integration is not set up then, and a key for it is made. ``vault``: the answers to where the
        vault is. ``debug``: Home Assistant watches its
        event loop closely, see ``complaints``.
        """
        self.root = root
        self._by_hand = by_hand
        self._vault = vault
        self.share = root / "share"
        self.immich = ImmichProcess(root / "immich", immich)
        self.pair = SyncthingPair(
            root / "syncthing",
            server_release=syncthing,
            phone_release=syncthing,
            server_dir=self.share / "phone-photos",
            watcher_delay_s=1,
        )
        self.home = HomeAssistantProcess(root / "home-assistant", allowed=[self.share], debug=debug)
        self.key = ""
        self.entry_id = ""
        self._entities: dict[str, str] = {}
        self._running = AsyncExitStack()

    @property
    def phone_dir(self) -> Path:
        """The phone's camera roll."""
        return self.pair.phone_dir

    @property
    def server_dir(self) -> Path:
        """The folder at home."""
        return self.pair.server_dir

    async def __aenter__(self) -> Self:
        """Start all and set up the integration."""
        try:
            await self.start()
            self.key = await self.new_key()
            if not self._by_hand:
                await self.set_up()
        except BaseException:
            await self._running.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes."""
        await self._running.aclose()

    async def start(self) -> None:
        """Start all servers at once."""
        for directory in (self.share, self.immich.storage, self.home.config_dir):
            directory.mkdir(parents=True, exist_ok=True)
        async with asyncio.TaskGroup() as starting:
            for server in (self.immich, self.pair, self.home):
                starting.create_task(self._running.enter_async_context(server))

    async def set_up(self) -> None:
        """Walk through the forms: Immich, Syncthing, the folder."""
        entry = await self.home.flow(ENTRY_FLOW, DOMAIN, self.immich_form(), self.syncthing_form(), *self._vault)
        if entry["type"] != "create_entry":
            raise FlowError(entry)
        self.entry_id = entry["result"]["entry_id"]
        _, flow_id = entry["next_flow"]
        step = await self.home.call("GET", f"{FOLDER_FLOW}/{flow_id}")
        location = {"path": str(self.server_dir), "preset": "mirror"}
        agreed = {"next_step_id": "finish"}
        done = await self.home.answer(FOLDER_FLOW, step, {"folder_id": self.pair.folder_id}, location, agreed)
        if done["type"] != "create_entry":
            raise FlowError(done)
        await self.find_entities()

    async def new_key(self, permissions: Iterable[str] = PERMISSIONS) -> str:
        """Make an API key in Immich."""
        return str((await self.immich.do("add_key", permissions=list(permissions)))["key"])

    def immich_form(self, **changes: Json) -> dict[str, Json]:
        """Return the first form, filled in."""
        return {"url": self.immich.url, "api_key": self.key, "verify_ssl": True, **changes}

    def syncthing_form(self, **changes: Json) -> dict[str, Json]:
        """Return the second form, filled in."""
        return {"url": self.pair.server.url, "api_key": self.pair.server.api_key, "verify_ssl": True, **changes}

    # --- what people do --------------------------------------------------------------------------------------------

    async def phone_takes_photo(self, path: str, content: bytes) -> None:
        """Have a new file on the phone, and the phone notice it."""
        await self.phone_takes_photos({path: content})

    async def phone_takes_photos(self, contents: dict[str, bytes]) -> None:
        """Have many new files on the phone at once."""
        for path, content in contents.items():
            target = self.phone_dir / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        await self.phone_notices(*({path.partition("/")[0] for path in contents}))

    async def phone_deletes(self, *paths: str) -> None:
        """Delete files on the phone at once."""
        for path in paths:
            (self.phone_dir / path).unlink()
        await self.phone_notices(*paths)

    async def phone_renames(self, path: str, to: str) -> None:
        """Rename or move a file on the phone, as its gallery and its bin do."""
        (self.phone_dir / to).parent.mkdir(parents=True, exist_ok=True)
        (self.phone_dir / path).rename(self.phone_dir / to)
        await self.phone_notices(path, to)

    async def phone_notices(self, *paths: str) -> None:
        """Have the phone look at paths now, instead of some seconds later."""
        await self.pair.phone.scan(self.pair.folder_id, *paths)

    async def immich_changes(self, content: str, to: str) -> None:
        """Do something with the asset of a checksum in Immich's web page, e.g. ``trashed`` or ``restored``."""
        await self.immich_changes_many([content], to)

    async def immich_changes_many(self, contents: Iterable[str], to: str) -> None:
        """Do the same with many assets, selected and changed in one go."""
        ids = {asset["checksum"]: asset["id"] for asset in await self.immich.assets()}
        await self.immich.do("change", ids=[ids[content] for content in contents], to=to)

    async def decide(self, issue: Json, answer: str) -> None:
        """Answer a question where Home Assistant shows it, and see that it is gone."""
        which = {"handler": DOMAIN, "issue_id": issue["issue_id"]}
        step = await self.home.call("POST", REPAIR_FLOW, which)
        done = await self.home.answer(REPAIR_FLOW, step, {"next_step_id": answer})
        if done["type"] != "create_entry":
            raise FlowError(done)

        async def gone() -> bool:
            return issue["issue_id"] not in {other["issue_id"] for other in await self.issues()}

        await self.until(gone, f"the question is answered with {answer}")

    # --- what can be seen ------------------------------------------------------------------------------------------

    async def sides(self) -> Sides:
        """Look at the phone, the server and Immich."""
        active = await self.immich.assets(trashed=False)
        return Sides(tree(self.phone_dir), tree(self.server_dir), frozenset(asset["checksum"] for asset in active))

    async def asset(self, content: str) -> Json:
        """Return what Immich has of a checksum; raises ``LookupError`` if it has nothing."""
        for asset in await self.immich.assets():
            if asset["checksum"] == content:
                return asset
        raise LookupError(content)

    async def is_active(self, content: str) -> bool:
        """Return whether Immich shows the content."""
        return content in (await self.sides()).assets

    async def is_trashed(self, content: str) -> bool:
        """Return whether the content lies in Immich's trash."""
        return any(asset["checksum"] == content for asset in await self.immich.assets(trashed=True))

    async def issues(self) -> list[Json]:
        """Return what the integration asks of its owner under Repairs."""
        every = (await self.home.command("repairs/list_issues"))["issues"]
        return [issue for issue in every if issue["domain"] == DOMAIN]

    async def shown(self) -> dict[str, str]:
        """Return the states of the folder's and the servers' entities by their keys."""
        states = await self.home.states()
        return {key: states[entity]["state"] for key, entity in self._entities.items() if entity in states}

    async def find_entities(self, awaited: str = "status") -> None:
        """Learn which entities there are; they appear a moment after the folder, or whatever else, was added."""

        async def there() -> bool:
            registry = await self.home.command("config/entity_registry/list")
            ours = [entity for entity in registry if entity["platform"] == DOMAIN]
            self._entities = {_key(entity["unique_id"]): entity["entity_id"] for entity in ours}
            return awaited in self._entities

        await wait_until(there, f"the entity {awaited}", PATIENCE_S)

    def entity(self, key: str) -> str:
        """Return the entity id by the key."""
        return self._entities[key]

    # --- waiting ---------------------------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], Awaitable[bool]], what: str, patience_s: float = PATIENCE_S) -> None:
        """Wait; on failure say what Home Assistant showed."""
        try:
            await wait_until(condition, what, patience_s)
        except TimeoutError as err:
            message = f"{err}\nshown: {await self.shown()}\nsides: {(await self.sides()).difference()}"
            raise TimeoutError(message) from None

    async def agree(self, patience_s: float = PATIENCE_S) -> Sides:
        """Wait until all sides hold the same and Home Assistant says so; return them."""
        last = await self.sides()

        async def agreed() -> bool:
            nonlocal last
            last = await self.sides()
            return last.agree

        await self.until(agreed, "all sides agree", patience_s)
        await self.shows(status="in_agreement", linked=str(len(last.assets)), to_upload="0", held="0")
        return last

    async def at_rest(self, seconds: float) -> None:
        """Wait until the integration has asked Immich nothing for so long."""
        asked, since = -1, time.monotonic()

        async def at_rest() -> bool:
            nonlocal asked, since
            if (now := len(await self.immich.log())) != asked:
                asked, since = now, time.monotonic()
            return time.monotonic() - since >= seconds

        await self.until(at_rest, f"at rest for {seconds} s")

    async def shows(self, **states: str) -> None:
        """Wait until the entities show these states."""

        async def shown() -> bool:
            return states.items() <= (await self.shown()).items()

        await self.until(shown, f"Home Assistant shows {states}")

    async def on_server(self, path: str, *, there: bool = True) -> None:
        """Wait until a file is complete at home, or gone."""
        await self._file(self.server_dir / path, there)

    async def on_phone(self, path: str, *, there: bool = True) -> None:
        """Wait until a file is on the phone, or gone."""
        await self._file(self.phone_dir / path, there)

    async def active(self, content: str) -> None:
        """Wait until Immich shows the content."""

        async def active() -> bool:
            return await self.is_active(content)

        await self.until(active, "active in Immich")

    async def asked(self, kind: str, count: int) -> Json:
        """Wait until Home Assistant asks for a decision over so many contents; return the repair issue."""
        asked: list[Json] = []

        async def waits() -> bool:
            asked[:] = [issue for issue in await self.issues() if issue["translation_key"] == f"hold_{kind}"]
            return [issue["translation_placeholders"]["count"] for issue in asked] == [str(count)]

        await self.until(waits, f"one question ({kind}) about {count}")
        return asked[0]

    async def trashed(self, content: str) -> None:
        """Wait until the content lies in Immich's trash."""

        async def trashed() -> bool:
            return await self.is_trashed(content)

        await self.until(trashed, "in Immich's trash")

    async def _file(self, path: Path, there: bool) -> None:
        async def as_wanted() -> bool:
            return os.path.lexists(path) is there

        await self.until(as_wanted, f"{path} is {'there' if there else 'gone'}")

    # --- afterwards ------------------------------------------------------------------------------------------------

    def complaints(self) -> list[str]:
        """Return what Home Assistant's log should not hold."""
        return complaints(self.home.log, (self.key, self.immich.key, self.pair.server.api_key))


def _key(unique_id: str) -> str:
    """Return the entity's key: what follows the ids of entry and folder, which Home Assistant writes in capitals."""
    return "_".join(part for part in unique_id.split("_") if not part.isupper())
