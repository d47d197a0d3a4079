"""The steps of a flow that ask for a store: which kind, then its form, until the store has shown that it works."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult

from .errors import RootError
from .markdown import LONG, as_code, as_text
from .roots import RootRules
from .store_choice import CONF_KIND, KINDS, as_stored, as_typed, store_schema
from .store_probe import Refusal, async_probe, form_error
from .stores.errors import StoreError
from .stores.settings import StoreKind
from .typed_store import BadStoreSettingError

STORE_EXAMPLES = {"s3_example": "https://s3.eu-central-1.amazonaws.com"}
"""Addresses as the texts show them; translations hold none."""

_REFUSALS: tuple[type[Refusal], ...] = (RootError, StoreError, BadStoreSettingError)


class StoreSteps[C: FlowContext, R: FlowResult[Any, Any], H](FlowHandler[C, R, H]):
    """Begins with ``async_step_store`` and goes on with ``_async_store_chosen``."""

    _store_before: Mapping[str, Any] | None = None
    """What is stored of the store that is changed: shown in its form, and its secrets stay where they are left out."""
    _store_kinds: tuple[StoreKind, ...] = KINDS

    @abstractmethod
    async def _async_store_chosen(self, stored: dict[str, Any]) -> R:
        """Go on with what is to be stored of a store that works."""

    async def async_step_store(self, user_input: dict[str, Any] | None = None) -> R:
        """Ask what kind of store it is."""
        return self.async_show_menu(step_id="store", menu_options=[f"store_{kind}" for kind in self._store_kinds])

    async def async_step_store_directory(self, user_input: dict[str, Any] | None = None) -> R:
        """Ask for a directory."""
        return await self._ask_for_store(StoreKind.DIRECTORY, user_input)

    async def async_step_store_s3(self, user_input: dict[str, Any] | None = None) -> R:
        """Ask for a bucket of AWS or of what speaks like it."""
        return await self._ask_for_store(StoreKind.S3, user_input)

    async def async_step_store_gcs(self, user_input: dict[str, Any] | None = None) -> R:
        """Ask for a bucket of Google."""
        return await self._ask_for_store(StoreKind.GCS, user_input)

    async def async_step_store_azure(self, user_input: dict[str, Any] | None = None) -> R:
        """Ask for a container of Azure."""
        return await self._ask_for_store(StoreKind.AZURE, user_input)

    async def _ask_for_store(self, kind: StoreKind, user_input: dict[str, Any] | None) -> R:
        before = self._store_before
        if user_input is None:
            shown = as_typed(before) if before is not None and before[CONF_KIND] == kind else {}
            return self._store_form(kind, shown)
        try:
            stored = await async_probe(self.hass, as_stored(kind, user_input, before))
        except _REFUSALS as err:
            return self._store_form(kind, user_input, err)
        return await self._async_store_chosen(stored)

    def _store_form(self, kind: StoreKind, values: Mapping[str, Any], err: Refusal | None = None) -> R:
        allowed = ", ".join(f"`{as_code(str(path))}`" for path in RootRules.of(self.hass).allowed)
        detail = as_text(str(err or ""), LONG)
        return self.async_show_form(
            step_id=f"store_{kind}",
            data_schema=self.add_suggested_values_to_schema(store_schema(kind, self._store_before), values),
            errors={} if err is None else form_error(kind, err),
            description_placeholders={"allowed": allowed, "detail": detail, **STORE_EXAMPLES},
        )
