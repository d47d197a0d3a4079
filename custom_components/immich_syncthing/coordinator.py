"""The servers' rhythm: what all coordinators share, and the account's own facts."""

import logging
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import DOMAIN, SERVER_INTERVAL
from .engine.errors import OtherAccountError
from .engine.report import CodedError
from .immich.client import ImmichClient
from .immich.errors import ImmichError, MaintenanceError, MissingPermissionError, WrongKeyError
from .immich.models import ApiKeyInfo, AssetCounts, ServerVersion, User
from .servers import require_permissions
from .syncthing.errors import SyncthingError, SyncthingWrongKeyError

if TYPE_CHECKING:
    from .runtime import Runtime

_LOGGER = logging.getLogger(__name__)

type ImmichSyncthingConfigEntry = ConfigEntry[Runtime]


class Translated(TypedDict):
    """What Home Assistant's exceptions take to find their words."""

    translation_domain: str
    translation_key: str
    translation_placeholders: dict[str, str]


def translated(error: CodedError) -> Translated:
    """Return where the words for an error of ours stand."""
    return {
        "translation_domain": DOMAIN,
        "translation_key": error.code,
        "translation_placeholders": error.placeholders,
    }


class ServerCoordinator[DataT](DataUpdateCoordinator[DataT]):
    """Asks one of the two servers for its facts, and says once when it is lost and once when it is back."""

    config_entry: ImmichSyncthingConfigEntry

    def __init__(self, hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, name: str) -> None:
        """Ask the server called ``name`` every minute."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=name, update_interval=SERVER_INTERVAL)

    @abstractmethod
    async def ask(self) -> DataT:
        """Return the server's facts. Raises ``ImmichError``, ``SyncthingError`` or ``OtherAccountError``."""

    @override
    async def _async_update_data(self) -> DataT:
        try:
            return await self.ask()
        except (WrongKeyError, MissingPermissionError, OtherAccountError, SyncthingWrongKeyError) as err:
            raise ConfigEntryAuthFailed(**translated(err)) from err
        except (ImmichError, SyncthingError) as err:
            raise UpdateFailed(**translated(err)) from err


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What Immich says of itself and of the account."""

    version: ServerVersion
    trash_days: int | None
    user: User
    assets: AssetCounts
    key: ApiKeyInfo


class AccountCoordinator(ServerCoordinator[AccountFacts]):
    """Knows whether Immich works, and as whom."""

    def __init__(self, hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, client: ImmichClient) -> None:
        """Ask through ``client``."""
        super().__init__(hass, entry, "Immich")
        self._client = client

    @override
    async def ask(self) -> AccountFacts:
        config = await self._client.server_config()
        if config.maintenance_mode:
            raise MaintenanceError
        key = await self._client.api_key()
        require_permissions(key)
        user = await self._client.me()
        if user.id != self.config_entry.unique_id:
            raise OtherAccountError(user.email)
        return AccountFacts(
            await self._client.version(), config.trash_days, user, await self._client.asset_statistics(), key
        )
