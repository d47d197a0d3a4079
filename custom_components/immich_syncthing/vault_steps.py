"""The steps of a flow that ask where the vault is: beside the first folder, or in a store that is chosen and tried."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import time
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowContext, FlowResult

from .nesting import first_nested
from .replica_place import replica_places
from .store_choice import CONF_KIND, as_typed, store_settings
from .store_probe import PATIENCE_SECONDS
from .store_steps import StoreSteps
from .stores.errors import StoreError, StoreUnreachableError
from .stores.settings import StoreKind
from .typed_store import StoreTakenError
from .vault.errors import VaultError
from .vault.location import VAULT_NAME
from .vault_choice import all_vaults, same_place
from .vaults import vault_in


class VaultSteps[C: FlowContext, R: FlowResult[Any, Any], H](StoreSteps[C, R, H]):
    """Begins with ``async_step_store`` and goes on with ``_async_vault_chosen``."""

    @abstractmethod
    async def _async_vault_chosen(self, stored: dict[str, Any] | None) -> R:
        """Go on with what is to be stored of a vault that is made; ``None``: the place beside the first folder."""

    @override
    async def async_step_store(self, user_input: dict[str, Any] | None = None) -> R:
        kinds = [f"store_{kind}" for kind in self._store_kinds]
        return self.async_show_menu(step_id="store", menu_options=["vault_beside", *kinds])

    async def async_step_vault_beside(self, user_input: dict[str, Any] | None = None) -> R:
        """Take the place that is proposed."""
        return await self._async_vault_chosen(None)

    @override
    async def _async_store_chosen(self, stored: dict[str, Any]) -> R:
        if stored[CONF_KIND] == StoreKind.DIRECTORY:
            stored = stored | {"directory": str(_hidden_in(Path(stored["directory"])))}
        settings = store_settings(stored)
        # Also earlier places: their owner may have them removed.
        vaults = [one for _, one in all_vaults(self.hass) if not same_place(one, stored)]
        others = list(map(store_settings, (*replica_places(self.hass), *vaults)))
        taken = await self.hass.async_add_executor_job(first_nested, settings, others)
        if taken is not None:
            return self._store_form(settings.kind, as_typed(stored), StoreTakenError(taken.in_words))
        try:
            await async_make_vault(self.hass, stored)
        except StoreError as err:
            return self._store_form(StoreKind(stored[CONF_KIND]), as_typed(stored), err)
        return await self._async_vault_chosen(stored)


class _Executor:
    """Home Assistant's threads, for a vault that is only made."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass

    async def run[**P, T](self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._hass.async_add_executor_job(partial(function, *args, **kwargs))


async def async_make_vault(hass: HomeAssistant, stored: dict[str, Any]) -> None:
    """Make a vault in a place, or take up one that is there. Raises ``StoreError``.

    In a directory where there should be one it is not made anew: its disk may not be mounted.
    """
    is_known = any(same_place(one, stored) for _, one in all_vaults(hass))
    there = stored[CONF_KIND] == StoreKind.DIRECTORY and is_known
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await vault_in(stored, _Executor(hass), time).prepare(create=not there)
    except TimeoutError:
        detail = f"{PATIENCE_SECONDS:.0f} s"
        raise StoreUnreachableError(detail) from None
    except VaultError as err:
        if isinstance(err.__cause__, StoreError):
            raise err.__cause__ from None
        raise StoreUnreachableError(err.detail) from err


def _hidden_in(directory: Path) -> Path:
    """Return where the vault is in a directory that was typed: with nothing else, and unseen."""
    return directory if directory.name == VAULT_NAME else directory / VAULT_NAME
