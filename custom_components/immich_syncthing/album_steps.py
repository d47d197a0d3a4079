"""The step of a flow that asks for some of Immich's albums."""

from abc import abstractmethod
from typing import Any

import voluptuous as vol
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector, SelectSelectorConfig, SelectSelectorMode

from .const import CONF_ALBUMS
from .immich.errors import ImmichError
from .markdown import LONG, as_text, one_line
from .quantities import counted
from .removed import EndingSubentryFlow
from .servers import immich_client


class AlbumSteps(EndingSubentryFlow):
    """Puts the albums into ``_data`` and goes on with ``_async_albums_chosen``."""

    _data: dict[str, Any]

    @abstractmethod
    async def _async_albums_chosen(self) -> SubentryFlowResult:
        """Go on with at least one album."""

    async def async_step_albums(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the albums."""
        if user_input is not None and user_input[CONF_ALBUMS]:
            self._data[CONF_ALBUMS] = sorted(user_input[CONF_ALBUMS])
            return await self._async_albums_chosen()
        try:
            albums = await immich_client(self.hass, self._get_entry().data).albums()
        except ImmichError as err:
            return self.async_abort(reason="no_albums", description_placeholders={"detail": as_text(str(err), LONG)})
        language = self.hass.config.language
        known = {one.id: f"{one_line(one.name) or one.id} ({counted(one.asset_count, language)})" for one in albums}
        # An album that is not there any more stays chosen until somebody takes it out.
        known |= {one: one for one in self._data.get(CONF_ALBUMS, ()) if one not in known}
        options = [SelectOptionDict(value=album, label=label) for album, label in known.items()]
        config = SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN, sort=True)
        schema = vol.Schema({vol.Required(CONF_ALBUMS): SelectSelector(config)})
        return self.async_show_form(
            step_id="albums",
            data_schema=self.add_suggested_values_to_schema(schema, self._data),
            errors={} if user_input is None else {CONF_ALBUMS: "no_album"},
        )
