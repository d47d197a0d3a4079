"""Add or change a replica: what is copied, at which pace, and into which store."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import SOURCE_RECONFIGURE, SubentryFlowContext, SubentryFlowResult
from homeassistant.const import CONF_NAME

from .album_steps import AlbumSteps
from .const import CONF_ALBUMS, CONF_EARLIER_STORES, CONF_STORE
from .markdown import LONG, as_text, one_line
from .nesting import first_nested
from .replica.settings import Originals
from .replica_place import replica_places
from .replica_settings import CONF_ORIGINALS, as_stored, as_typed, form_errors, replica_schema
from .store_choice import as_typed as shown_store, store_settings
from .store_steps import StoreSteps
from .typed_store import StoreTakenError
from .vault_choice import all_vaults, place_of, same_place


class ReplicaFlow(StoreSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]], AlbumSteps):
    """Keeps a second copy of the entry's originals in a store."""

    _name: str

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what is copied."""
        return await self._ask_what("user", user_input, {})

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which half is to be changed."""
        subentry = self._get_reconfigure_subentry()
        self._name, self._data = subentry.title, dict(subentry.data)
        self._store_before = subentry.data[CONF_STORE]
        about = {"name": as_text(subentry.title), "place": as_text(self._place, LONG)}
        return self.async_show_menu(
            step_id="reconfigure", menu_options=["settings", "store"], description_placeholders=about
        )

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask anew what is copied."""
        return await self._ask_what("settings", user_input, as_typed(self._data, self._name))

    async def _ask_what(
        self, step_id: str, user_input: dict[str, Any] | None, present: Mapping[str, Any]
    ) -> SubentryFlowResult:
        errors = {} if user_input is None else form_errors(user_input)
        if user_input is not None and not errors:
            return await self._take_settings(user_input)
        shown = present if user_input is None else user_input
        schema = replica_schema(collapsed=step_id == "user" and not errors)
        return self.async_show_form(
            step_id=step_id, data_schema=self.add_suggested_values_to_schema(schema, shown), errors=errors
        )

    async def _take_settings(self, typed: dict[str, Any]) -> SubentryFlowResult:
        kept = {}
        if self.source == SOURCE_RECONFIGURE:
            before = self._get_reconfigure_subentry().data
            kept = {key: before[key] for key in (CONF_STORE, CONF_EARLIER_STORES, CONF_ALBUMS) if key in before}
        self._name, self._data = one_line(typed[CONF_NAME]), {**kept, **as_stored(typed)}
        if typed[CONF_ORIGINALS] == Originals.ALBUMS:
            return await self.async_step_albums()
        self._data.pop(CONF_ALBUMS, None)
        return await self._go_on()

    @override
    async def _async_albums_chosen(self) -> SubentryFlowResult:
        return await self._go_on()

    async def _go_on(self) -> SubentryFlowResult:
        """Change the replica, or ask first where a new one lies."""
        if self.source != SOURCE_RECONFIGURE:
            return await self.async_step_store()
        subentry = self._get_reconfigure_subentry()
        return self.async_update_and_abort(self._get_entry(), subentry, title=self._name, data=self._data)

    @override
    async def _async_store_chosen(self, stored: dict[str, Any]) -> SubentryFlowResult:
        settings = store_settings(stored)
        own = self._get_reconfigure_subentry().subentry_id if self.source == SOURCE_RECONFIGURE else None
        # Also earlier places: their owner may have them removed.
        vaults = [one for _, one in all_vaults(self.hass)]
        others = list(map(store_settings, (*replica_places(self.hass, without=own), *vaults)))
        taken = await self.hass.async_add_executor_job(first_nested, settings, others)
        if taken is not None:
            return self._store_form(settings.kind, shown_store(stored), StoreTakenError(taken.in_words))
        if self.source == SOURCE_RECONFIGURE:
            # Read now: it may have been changed, or moved, while the form was open.
            subentry = self._get_reconfigure_subentry()
            self._name, self._data = subentry.title, _with_store(subentry.data, stored)
            return await self._go_on()
        self._data[CONF_STORE] = stored
        self._get_entry()
        return self.async_create_entry(
            title=self._name,
            data=self._data,
            description_placeholders={"place": as_text(self._place, LONG)},
        )

    @property
    def _place(self) -> str:
        return place_of(self._data[CONF_STORE])


def _with_store(data: Mapping[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    """Return a replica's data with another place, which is an earlier one no more."""
    earlier = [one for one in data.get(CONF_EARLIER_STORES, ()) if not same_place(one, stored)]
    rest = {key: value for key, value in data.items() if key != CONF_EARLIER_STORES}
    return rest | {CONF_STORE: stored} | ({CONF_EARLIER_STORES: earlier} if earlier else {})
