"""What the panel tells of the vault, of backups of Immich's database, and of replicas."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from custom_components.immich_syncthing.replica.errors import ReplicaError
from tests.servers.immich import ImmichStandIn

from .dumping import act
from .household import Household
from .panel import Panel
from .second_house import REPLICA, copied, replica_of
from .test_panel_overview import opened
from .vaulting import delete_in_immich

__all__ = ["copied"]

QUEUE = "backupDatabase"


def kept(told: dict[str, Any], kind: str) -> dict[str, Any]:
    [found] = [one for one in told["copies"] if one["kind"] == kind]
    assert isinstance(found, dict)
    return found


async def becomes(panel: Panel, kind: str, state: str) -> dict[str, Any]:
    """Wait until a place of copies is in a state, and return it."""
    told = await panel.until(lambda told: bool(told["copies"]) and kept(told, kind)["state"] == state)
    return kept(told, kind)


async def test_the_vault_says_what_can_be_brought_back(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await household.set_up()
    await household.sync()
    panel = await opened(hass, hass_ws_client)
    empty = kept(panel.told[-1], "vault")
    assert (empty["state"], empty["state_text"], empty["title"]) == ("empty", "Empty", "Vault")
    assert empty["text"] == "What is deleted is kept here. Nothing is kept here now."

    content = await delete_in_immich(household, "IMG_0.jpg")
    await household.runtime.vault.async_look(anew=True)
    vault = await becomes(panel, "vault", "ok")
    assert (vault["entry_id"], vault["files"], vault["bytes"]) == (entry.entry_id, 1, len(content))
    assert vault["text"].startswith("Files that can be brought back: 1 (")


async def test_a_vault_that_was_not_counted_yet_says_so(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await household.set_up()
    await household.sync()
    await delete_in_immich(household, "IMG_0.jpg")
    await hass.config_entries.async_unload(entry.entry_id)
    vault = household.photos.parent / ".immich-syncthing-vault"
    aside = vault.rename(vault.with_name("away"))
    await household.load()
    panel = await opened(hass, hass_ws_client)
    assert await becomes(panel, "vault", "unknown")
    aside.rename(vault)


async def test_backups_of_the_database_are_followed(
    hass: HomeAssistant, household: Household, immich: ImmichStandIn, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    panel = await opened(hass, hass_ws_client)
    assert (await becomes(panel, "database", "none"))["text"] == "Nothing was backed up so far."
    immich.jobs.delays[QUEUE] = 0.5
    made = hass.async_create_task(act(hass, "backup_database"))
    running = await becomes(panel, "database", "running")
    assert running["at"] is None
    answer = await made
    backup = await becomes(panel, "database", "ok")
    assert (backup["files"], backup["bytes"], backup["at"]) == (1, answer["size"], answer["made_at"])

    immich.jobs.pause(QUEUE)
    await hass.services.async_call(DOMAIN, "backup_database", {}, blocking=False)
    failed = await becomes(panel, "database", "failed")
    assert (failed["files"], failed["at"]) == (1, answer["made_at"])
    assert failed["text"] != backup["text"]


async def test_who_may_make_no_backup_is_told_of_none(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    household.allow(*REQUIRED)
    await household.set_up()
    panel = await opened(hass, hass_ws_client)
    assert [one["kind"] for one in panel.told[-1]["copies"]] == ["vault"]


async def test_a_replica_says_how_far_it_is(
    hass: HomeAssistant, copied: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel = await opened(hass, hass_ws_client)
    replica = await becomes(panel, "replica", "resting")
    assert (replica["id"], replica["title"], replica["state_text"]) == (REPLICA, "Second house", "Resting")
    assert (replica["files"], replica["behind"], replica["complete"]) == (2, 0, 100.0)
    assert replica["text"] == "Copied: 2. Not copied yet: 0."
    last_run = replica_of(copied).data.last_run
    assert last_run is not None
    assert replica["at"] == datetime.fromtimestamp(last_run, UTC).isoformat(timespec="seconds")


async def test_a_replica_that_cannot_go_on_says_why(
    hass: HomeAssistant, copied: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel = await opened(hass, hass_ws_client)
    await copied.immich.stop()
    with suppress(ReplicaError):
        await replica_of(copied).async_replicate()
    replica = await becomes(panel, "replica", "problem")
    assert "Immich" in replica["text"]
    assert replica["files"] == 2
