"""What the forms say when something is wrong: the real forms of the real Home Assistant."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.servers.immich.process import ImmichProcess
from tests.servers.syncthing import NOBODY, SyncthingProcess

from .photos import photo
from .stage import DOMAIN, ENTRY_FLOW, FOLDER_FLOW, PERMISSIONS, Stage

SECOND = "second"

type Step = Mapping[str, Any]


def _said(step: Step) -> Mapping[str, str]:
    assert step["type"] == "form", step
    errors: Mapping[str, str] = step["errors"]
    return errors


async def _after_immich(stage: Stage, **changes: object) -> Step:
    step: Step = await stage.home.flow(ENTRY_FLOW, DOMAIN, stage.immich_form(**changes))
    if step["type"] == "form":
        await stage.home.call("DELETE", f"{ENTRY_FLOW}/{step['flow_id']}")
    return step


# --- Immich ----------------------------------------------------------------------------------------------------------


async def test_a_wrong_key(stage: Stage) -> None:
    step = await _after_immich(stage, api_key="no-key-of-this-server")
    assert _said(step) == {"api_key": "immich_wrong_key"}


async def test_a_key_without_a_permission_is_told_which(stage: Stage) -> None:
    some = [permission for permission in PERMISSIONS if permission != "asset.delete"]
    step = await _after_immich(stage, api_key=(await stage.immich.do("add_key", permissions=some))["key"])
    assert _said(step) == {"api_key": "immich_missing_permission"}
    assert step["description_placeholders"]["permission"] == "asset.delete"


async def test_an_address_where_nothing_answers(stage: Stage) -> None:
    step = await _after_immich(stage, url=NOBODY)
    assert _said(step) == {"url": "immich_cannot_connect"}


async def test_an_address_that_is_none(stage: Stage) -> None:
    step = await _after_immich(stage, url="ftp://photos")
    assert _said(step) == {"url": "immich_invalid_url"}


async def test_an_address_where_something_else_answers(stage: Stage) -> None:
    step = await _after_immich(stage, url=stage.home.url)
    assert _said(step) == {"url": "immich_unexpected_answer"}


async def test_a_self_signed_certificate_until_verification_is_switched_off(stage: Stage, tmp_path: Path) -> None:
    async with ImmichProcess(tmp_path, options=("--tls",)) as immich:
        refused = await _after_immich(stage, url=immich.url, api_key=immich.key)
        accepted = await _after_immich(stage, url=immich.url, api_key=immich.key, verify_ssl=False)
    assert _said(refused) == {"verify_ssl": "immich_certificate"}
    assert (accepted["step_id"], accepted["errors"]) == ("take_syncthing", {})


async def test_an_account_that_is_set_up_already(stage: Stage) -> None:
    step = await _after_immich(stage)
    assert (step["type"], step["reason"]) == ("abort", "already_configured")


# --- Syncthing -------------------------------------------------------------------------------------------------------


@pytest.fixture
async def stranger(tmp_path: Path) -> AsyncIterator[ImmichProcess]:
    """Another Immich, of an account that is not set up yet."""
    async with ImmichProcess(tmp_path / "stranger") as immich:
        yield immich


async def _after_syncthing(stage: Stage, stranger: ImmichProcess, **changes: object) -> Step:
    immich = stage.immich_form(url=stranger.url, api_key=stranger.key)
    typed = {"source": "typed"}
    step: Step = await stage.home.flow(ENTRY_FLOW, DOMAIN, immich, typed, stage.syncthing_form(**changes))
    assert step["step_id"] == "syncthing"
    await stage.home.call("DELETE", f"{ENTRY_FLOW}/{step['flow_id']}")
    return step


async def test_a_wrong_key_for_syncthing(stage: Stage, stranger: ImmichProcess) -> None:
    step = await _after_syncthing(stage, stranger, api_key="no-key-of-this-server")
    assert _said(step) == {"api_key": "syncthing_wrong_key"}


async def test_a_syncthing_that_does_not_answer(stage: Stage, stranger: ImmichProcess) -> None:
    step = await _after_syncthing(stage, stranger, url=NOBODY)
    assert _said(step) == {"url": "syncthing_cannot_connect"}


async def test_a_syncthing_that_is_another_program(stage: Stage, stranger: ImmichProcess) -> None:
    step = await _after_syncthing(stage, stranger, url=stage.home.url)
    assert _said(step) == {"url": "syncthing_unexpected_answer"}


async def test_syncthings_own_certificate(stage: Stage, stranger: ImmichProcess, tmp_path: Path) -> None:
    async with SyncthingProcess(tmp_path / "other") as other:
        await other.change_gui(useTLS=True)
        url = other.url.replace("http:", "https:")
        step = await _after_syncthing(stage, stranger, url=url, api_key=other.api_key)
    assert _said(step) == {"verify_ssl": "syncthing_certificate"}


# --- the folder ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def second(stage: Stage) -> AsyncIterator[Path]:
    """A folder of Syncthing's that is not set up yet."""
    directory = stage.share / SECOND
    directory.mkdir(exist_ok=True)
    (directory / "IMG_1.jpg").write_bytes(photo(5000))
    await stage.pair.server.add_folder(SECOND, "Second", directory)
    await stage.pair.server.scan(SECOND)
    yield directory
    await stage.pair.server.call("DELETE", f"config/folders/{SECOND}")


async def _after_folder(stage: Stage, path: Path | str, preset: str = "mirror") -> Step:
    location = {"path": str(path), "preset": preset}
    handler = [stage.entry_id, "folder"]
    step: Step = await stage.home.flow(FOLDER_FLOW, handler, {"folder_id": SECOND}, location)
    assert step["step_id"] == "location"
    await stage.home.call("DELETE", f"{FOLDER_FLOW}/{step['flow_id']}")
    return step


async def test_a_folder_that_syncthing_no_longer_has(stage: Stage, second: Path) -> None:
    ghost = stage.share / "ghost"
    await stage.pair.server.add_folder("ghost", "Ghost", ghost)
    step = await stage.home.flow(FOLDER_FLOW, [stage.entry_id, "folder"])
    await stage.pair.server.call("DELETE", "config/folders/ghost")

    step = await stage.home.answer(FOLDER_FLOW, step, {"folder_id": "ghost"})

    assert _said(step) == {"folder_id": "syncthing_unknown_folder"}
    await stage.home.call("DELETE", f"{FOLDER_FLOW}/{step['flow_id']}")


async def test_the_directory_is_found_by_itself(stage: Stage, second: Path) -> None:
    step = await stage.home.flow(FOLDER_FLOW, [stage.entry_id, "folder"], {"folder_id": SECOND})
    [path] = [field for field in step["data_schema"] if field["name"] == "path"]
    assert path["description"]["suggested_value"] == str(second)
    await stage.home.call("DELETE", f"{FOLDER_FLOW}/{step['flow_id']}")


async def test_a_path_that_is_missing(stage: Stage, second: Path) -> None:
    assert _said(await _after_folder(stage, stage.share / "nowhere")) == {"path": "root_not_found"}


async def test_a_path_that_home_assistant_may_not_access(stage: Stage, second: Path) -> None:
    step = await _after_folder(stage, stage.phone_dir)
    assert _said(step) == {"path": "root_not_allowed"}
    assert str(stage.share) in step["description_placeholders"]["allowed"]


async def test_a_path_that_belongs_to_another_folder(stage: Stage, second: Path) -> None:
    assert _said(await _after_folder(stage, stage.server_dir)) == {"path": "root_taken"}


async def test_a_path_without_syncthings_marker(stage: Stage, second: Path) -> None:
    other = stage.share / "unmarked"
    other.mkdir()
    (other / "IMG_1.jpg").write_bytes(photo(5000))
    assert _said(await _after_folder(stage, other)) == {"path": "root_unmarked"}


async def test_a_path_that_is_not_the_syncthing_folder(stage: Stage, second: Path) -> None:
    other = stage.share / "foreign"
    (other / ".stfolder").mkdir(parents=True)
    (other / "IMG_1.jpg").write_bytes(photo(5001))
    assert _said(await _after_folder(stage, other)) == {"path": "root_foreign"}


async def test_a_read_only_path_cannot_be_a_mirror(stage: Stage, second: Path) -> None:
    second.chmod(0o555)
    assert _said(await _after_folder(stage, second)) == {"path": "root_read_only"}
    second.chmod(0o755)
