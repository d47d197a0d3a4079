"""What tests of a vault's migration do: one is begun, and where the vault then is."""

from pathlib import Path
from typing import Any, cast

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.vault_choice import earlier_vaults, present_vault
from tests.servers.s3 import S3Server

from .household import Household

HIDDEN = ".immich-syncthing-vault"


async def migrate(hass: HomeAssistant, **data: Any) -> dict[str, Any]:
    answer = await hass.services.async_call(DOMAIN, "migrate_vault", data, blocking=True, return_response=True)
    return cast("dict[str, Any]", answer)


def bucket(server: S3Server, name: str) -> dict[str, Any]:
    settings = server.settings(name)
    return {
        "kind": "s3",
        "endpoint": settings.endpoint,
        "region": settings.region,
        "bucket": name,
        "prefix": "immich/vault",
        "access_key": settings.access_key,
        "secret_key": settings.secret_key,
    }


def places(household: Household) -> tuple[Any, list[Any]]:
    assert household.entry is not None
    return present_vault(household.entry.data), earlier_vaults(household.entry.data)


async def complete(household: Household) -> None:
    """Wait until nothing is moved any more, and the entry was loaded anew."""
    assert household.entry is not None
    entry = household.entry
    await household.becomes(
        lambda: entry.state is ConfigEntryState.LOADED and not entry.runtime_data.migrations["vault"].running
    )
    await household.hass.async_block_till_done()


def objects_in(vault: dict[str, Any]) -> set[str]:
    return {path.name for path in Path(vault["directory"]).glob("objects/*/*")}
