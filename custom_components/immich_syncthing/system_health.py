"""What Home Assistant's system information says of the integration: no address, no name."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.errors import EngineError
from .immich.errors import ImmichError
from .servers import immich_client, syncthing_client
from .syncthing.errors import SyncthingError

type Question = Callable[[], Awaitable[object]]

PATIENCE_SECONDS = 5.0
"""How long a server may take; the page shows the rest meanwhile."""

NONE = "–"


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register what is told."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is known of all accounts; whether the servers answer is asked while the page is shown."""
    entries: list[ImmichSyncthingConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    runtimes = [entry.runtime_data for entry in entries]
    folders = [folder for runtime in runtimes for folder in runtime.folders.values()]
    return {
        "accounts": f"{len(entries)} / {len(hass.config_entries.async_entries(DOMAIN))}",
        "immich_reachable": _reachable([immich_client(hass, entry.data).server_config for entry in entries]),
        "immich_version": _together(str(runtime.account.data.version) for runtime in runtimes),
        "syncthing_reachable": _reachable([syncthing_client(hass, entry.data).status for entry in entries]),
        "syncthing_version": _together(
            runtime.syncthing.data.version.version.removeprefix("v") for runtime in runtimes
        ),
        "folders": len(folders),
        "folders_in_trouble": sum(folder.data is not None and folder.data.problem is not None for folder in folders),
        "holds": await _holds(entries),
    }


async def _reachable(questions: list[Question]) -> dict[str, str] | str:
    """Return ``ok`` if all servers answer, else how the first one fails."""
    answers = await asyncio.gather(*map(_asked, questions))
    failures = [one for one in answers if one is not None]
    if failures:
        return {"type": "failed", "error": failures[0]}
    return "ok" if answers else NONE


async def _asked(question: Question) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await question()
    except TimeoutError:
        return "timeout"
    except (ImmichError, SyncthingError) as err:
        # Its text may name the server.
        return err.code
    return None


async def _holds(entries: list[ImmichSyncthingConfigEntry]) -> int | dict[str, str]:
    try:
        return sum([len(await entry.runtime_data.engine.holds()) for entry in entries])
    except EngineError as err:
        return {"type": "failed", "error": err.code}


def _together(versions: Iterable[str]) -> str:
    return ", ".join(sorted(set(versions))) or NONE
