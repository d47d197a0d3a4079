"""The account's rhythm: what Immich says of itself and of the account."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import SERVER_INTERVAL
from .engine.errors import OtherAccountError
from .errors import translated
from .features import features_for
from .immich.client import ImmichClient
from .immich.errors import ImmichError, MaintenanceError, MissingPermissionError, WrongKeyError
from .immich.models import ApiKeyInfo, AssetCounts, ServerConfig, ServerStorage, ServerVersion, User
from .immich.permissions import Feature, missing
from .servers import require_permissions

if TYPE_CHECKING:
    from .runtime import Runtime

_LOGGER = logging.getLogger(__name__)

type ImmichSyncthingConfigEntry = ConfigEntry[Runtime]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What Immich says of itself and of the account.

    ``storage``, ``latest`` (the newest release) and ``waiting_jobs`` are ``None`` also where the key may not ask.
    """

    version: ServerVersion
    trash_days: int | None
    user: User
    assets: AssetCounts
    trash: AssetCounts
    key: ApiKeyInfo
    storage: ServerStorage | None = None
    latest: str | None = None
    waiting_jobs: int | None = None

    def allows(self, feature: Feature) -> bool:
        """Return whether Immich tells this user, with this key, what a feature needs."""
        return feature in features_for(self.user) and not missing(self.key, feature)


class AccountCoordinator(DataUpdateCoordinator[AccountFacts]):
    """Knows whether Immich works, and as whom; says once when it is lost and once when it is back.

    ``in_maintenance`` is ``None`` while Immich cannot be asked.
    """

    config_entry: ImmichSyncthingConfigEntry

    def __init__(self, hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, client: ImmichClient) -> None:
        """Ask through ``client``, every minute."""
        super().__init__(hass, _LOGGER, config_entry=entry, name="Immich", update_interval=SERVER_INTERVAL)
        self._client = client
        self.in_maintenance: bool | None = None
        self._untold: set[Feature] = set()

    @override
    async def _async_update_data(self) -> AccountFacts:
        try:
            return await self._ask()
        except (WrongKeyError, MissingPermissionError, OtherAccountError) as err:
            raise ConfigEntryAuthFailed(**translated(err)) from err
        except ImmichError as err:
            raise UpdateFailed(**translated(err)) from err

    async def _ask(self) -> AccountFacts:
        config = await self._server_config()
        if config.maintenance_mode:
            raise MaintenanceError
        key = await self._client.api_key()
        require_permissions(key)
        user = await self._client.me()
        if user.id != self.config_entry.unique_id:
            raise OtherAccountError(user.email)
        facts = AccountFacts(
            version=await self._client.version(),
            trash_days=config.trash_days,
            user=user,
            assets=await self._client.asset_statistics(),
            trash=await self._client.asset_statistics(trashed=True),
            key=key,
        )
        storage, check, queues = await asyncio.gather(
            self._if_told(facts, Feature.DISK, self._client.server_storage),
            self._if_told(facts, Feature.RELEASES, self._client.version_check),
            self._if_told(facts, Feature.QUEUES, self._client.queues),
        )
        return replace(
            facts,
            storage=storage,
            latest=check.latest if check else None,
            waiting_jobs=None if queues is None else sum(queue.waiting for queue in queues),
        )

    async def _server_config(self) -> ServerConfig:
        try:
            config = await self._client.server_config()
        except ImmichError:
            self._note_maintenance(None)
            raise
        self._note_maintenance(config.maintenance_mode)
        return config

    async def _if_told[T](self, facts: AccountFacts, feature: Feature, ask: Callable[[], Awaitable[T]]) -> T | None:
        """Return what Immich answers, and nothing where it may not or cannot: all else works without.

        The disk of some mounts makes it answer 500, and so it goes on; that is logged once.
        """
        if not facts.allows(feature):
            return None
        try:
            answer = await ask()
        except ImmichError as err:
            if feature not in self._untold:
                self._untold.add(feature)
                _LOGGER.info("Immich does not tell for %s: %s", feature, err)
            return None
        if feature in self._untold:
            self._untold.discard(feature)
            _LOGGER.info("Immich tells again for %s", feature)
        return answer

    @callback
    def _note_maintenance(self, in_maintenance: bool | None) -> None:
        """Tell it at once: of an Immich that was lost before, and still is, nothing else would."""
        if in_maintenance is not self.in_maintenance:
            self.in_maintenance = in_maintenance
            self.async_update_listeners()
