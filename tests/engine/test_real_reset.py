"""Incident 41 with real Syncthing processes: an index that was made anew brings back what we deleted."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.confirmation import ASK_SECONDS
from custom_components.immich_syncthing.engine.model import FolderState, HoldKind
from custom_components.immich_syncthing.engine.report import CycleReport
from custom_components.immich_syncthing.syncthing.client import SyncthingClient
from tests.servers.syncthing import Release, wait_until
from tests.servers.syncthing_pair import SyncthingPair

from .living import CAMERA, Life, living, open_account

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def settle(life: Life) -> CycleReport:
    """Let the engine look at everything until it has nothing more to do: no event tells it here."""
    life.folder.note_gap()
    return await life.settle()


def confirmed(life: Life) -> list[bool]:
    ledger = life.account._context.ledger  # noqa: SLF001 - no other way to see it
    found = [ledger.content(checksum) for checksum in ledger.checksums(None, 100)]
    return [gone.confirmed for view in found if view is not None for gone in view.gone]


@pytest.mark.parametrize("release", [Release.V1_29], ids=str)
async def test_syncthing_index_reset(tmp_path: Path, release: Release) -> None:
    async with living(tmp_path) as life:
        pair = SyncthingPair(
            tmp_path / "pair", folder_id=CAMERA, label="Camera", server_release=release, phone_release=release,
            server_dir=life.root,
        )  # fmt: skip
        async with pair:
            await life.account.close()
            life.syncthing = SyncthingClient(life.session, pair.server.url, pair.server.api_key)  # type: ignore[assignment]
            life.account = await open_account(tmp_path, life)
            photos = {f"IMG_{number}.jpg": f"photo {number}".encode() for number in range(10)}
            for name, content in photos.items():
                (pair.phone_dir / name).write_bytes(content)
            await pair.wait_in_sync()
            await settle(life)
            assert life.in_immich() == set(photos.values())

            life.web.trash(life.web.find("IMG_3.jpg").id)
            await settle(life)
            await pair.wait_in_sync()
            assert not (pair.phone_dir / "IMG_3.jpg").exists()
            for _ in range(2):
                await life.cycle()
                life.clock.skip(ASK_SECONDS)
            assert confirmed(life) == [True]

            await pair.phone.stop()
            life.web.trash(life.web.find("IMG_4.jpg").id)
            await settle(life)
            assert "IMG_4.jpg" not in life.on_phone()
            for _ in range(3):
                await life.cycle()
                life.clock.skip(ASK_SECONDS)
            assert sorted(confirmed(life)) == [False, True], "the phone has not heard of the second one"

            await pair.server.call("DELETE", f"config/folders/{CAMERA}")
            await pair.server.add_folder(CAMERA, "Camera", life.root, (pair.server, pair.phone), fsWatcherDelayS=1)
            await pair.phone.start()
            await pair.wait_in_sync()

            async def came_back() -> bool:
                return (life.root / "IMG_4.jpg").exists()

            await wait_until(came_back, "the phone brings back what it had not heard of")
            report = await settle(life)
            assert report.state is FolderState.WAITING_FOR_DECISION
            [hold] = await life.account.holds()
            assert (hold.kind, hold.count) == (HoldKind.CAME_BACK, 1)
            assert confirmed(life) == [False, False], "nothing is certain any more"
            assert life.in_immich(trashed=True) == {photos["IMG_3.jpg"], photos["IMG_4.jpg"]}
            assert life.on_phone().keys() == photos.keys() - {"IMG_3.jpg"}
