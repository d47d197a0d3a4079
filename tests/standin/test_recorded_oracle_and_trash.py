"""The recorded questions to the oracle and the recorded deletions, asked again."""

from typing import Any

from tests.servers.immich import Status

from .asking import UNKNOWN_ID, USER2_ID, Asker, install_recorded_people, plant, sha1
from .recorded import Entry, check, recorded, replayable

ORACLE = frozenset({"id", "action", "reason", "assetId", "isTrashed"})
TRASH = frozenset({"count", "status", "id", "isTrashed", "visibility", "isOffline", "http", "total"})
EXISTING, TRASHED = "b4ceabe4-6b9e-4d12-8991-26ad8ae1a432", "fe3f5788-e490-423e-acfa-fcfc0805b84b"


async def test_every_recorded_question_gets_its_answer_from_the_oracle(asker2: Asker) -> None:
    keys, server = install_recorded_people(asker2.server), asker2.server
    plant(server, EXISTING, checksum="33fcfb75d5337e9412527c51419b93deb344bc8d").device_asset_id = "probe-b1.jpg"
    server.browser.trash(plant(server, TRASHED, checksum="a3f373da21519eb9d49cc72d5f4d34488d2927ce").id)
    for entry in replayable("02-bulk-upload-check"):
        asker2.key = keys["user2" if "user2" in entry.label else "minimal"]
        if entry.label == "immediately after force delete":
            server.browser.delete_permanently(TRASHED)
        check(entry, *await asker2.ask(entry.method, entry.path, entry.body), ORACLE)


class Trash:
    """Walks through 03-delete-trash; ``last`` is the asset that the latest request was about."""

    def __init__(self, asker: Asker, keys: dict[str, str]) -> None:
        self.asker, self.server, self.keys = asker, asker.server, keys
        self.last = self.window = ""

    def plant_everything(self) -> None:
        ids = {i for e in recorded("03-delete-trash") if isinstance(e.body, dict) for i in e.body.get("ids", [])}
        for asset_id in sorted(ids - {UNKNOWN_ID, "abc"}):
            plant(self.server, asset_id, owner_id=USER2_ID if asset_id.startswith("4652e79c") else self.admin_id)

    @property
    def admin_id(self) -> str:
        return self.server.admin.id

    async def prepare(self, label: str) -> None:
        """What the recorder did between two recorded requests."""
        browser = self.server.browser
        live = [asset.id for asset in browser.assets() if asset.status is Status.ACTIVE]
        match label:
            case "restore with minimal key" | "1.5 s later" | "later" | "2 s after empty" | "2 s after resume: GET":
                self.server.jobs.resume("backgroundTask")
                await self.server.settle()
            case "restore good + unknown":
                browser.trash("2bb51c13-3c5d-489e-b0fc-6e1af1720dd6")
            case "restore all with minimal key" | "empty with minimal key":
                trashed = [asset.id for asset in browser.assets() if asset.status is Status.TRASHED]
                browser.trash(*live[: 3 - len(trashed)])
                self.last = browser.assets(trashed=True)[0].id
            case _:
                pass

    async def play(self, entry: Entry) -> tuple[int, Any]:
        label = entry.label
        name = "user2" if "user2's key" in label or label.startswith(("user2:", "restore other")) else "all"
        self.asker.key = self.keys["minimal" if "minimal" in label else name]
        body = entry.body
        if label == "force delete while the job queue is paused":
            self.window = body["ids"][0]
        if label.startswith("bulk-upload-check"):
            body = {"assets": [{"id": "x", "checksum": self.window_checksum}]}
        if label.startswith("upload "):
            return await self.asker.upload(self.window_content)
        if label == "restore a force-deleted one in the window":
            body = {"ids": [self.window]}
        ids = [i for i in (body or {}).get("ids", []) if i in self.server.world.tables.assets]
        self.last = ids[0] if ids else self.last
        if self.last == self.window and not self.window_content:
            self.window_content = self.server.browser.content(self.window)
        return await self.asker.ask(entry.method, entry.path, body)

    window_content = b""

    @property
    def window_checksum(self) -> str:
        return sha1(self.window_content)

    async def look(self, entry: Entry) -> dict[str, Any]:
        """The observation as the recorder wrote it down, made anew."""
        self.asker.key = self.keys["all"]
        match entry.label:
            case "search withDeleted in the window":
                found = (await self.asker.ask("POST", "/search/metadata", {"withDeleted": True, "id": self.window}))[1]
                items = found["assets"]["items"]
                return {"n": len(items), "item": {k: items[0][k] for k in ("id", "isTrashed", "updatedAt")}}
            case "statistics isTrashed=true in the window":
                return {"j": (await self.asker.ask("GET", "/assets/statistics?isTrashed=true"))[1]}
            case "after" if "a" in entry.extra:
                return {name: await self._shown(self.last) for name in ("a", "b")}
            case label:
                owner = "user2" if label.startswith("user2") else "all"
                self.asker.key = self.keys[owner]
                key = next(key for key in entry.extra if key in {"after", "before"})
                return {key: await self._shown(self.last)}

    async def _shown(self, asset_id: str) -> dict[str, Any]:
        status, shown = await self.asker.ask("GET", f"/assets/{asset_id}")
        names = ("isTrashed", "updatedAt", "isOffline", "visibility") if status == 200 else ("message",)
        return {name: shown[name] for name in names} | {"http": status}


async def test_every_recorded_deletion_is_answered_as_it_was(asker2: Asker) -> None:
    keys = install_recorded_people(asker2.server)
    trash = Trash(asker2, keys)
    trash.plant_everything()
    for entry in replayable("03-delete-trash"):
        await trash.prepare(entry.label)
        if entry.request:
            check(entry, *await trash.play(entry), TRASH - {"id"})
        else:
            looked = Entry(entry.label, "", None, None, entry.extra, {})
            check(looked, None, await trash.look(entry), TRASH - {"id", "total"})
