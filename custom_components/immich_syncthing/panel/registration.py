"""Gives Home Assistant's web page the panel and the card as long as an account is set up, and takes them away."""

import json
import logging
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components.frontend import (
    DATA_EXTRA_MODULE_URL,
    add_extra_js_url,
    async_remove_panel,
    remove_extra_js_url,
)
from homeassistant.components.http.server import StaticPathConfig
from homeassistant.components.panel_custom import async_register_panel
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import language as language_util

from ..const import DOMAIN
from ..coordinator import ImmichSyncthingConfigEntry

_LOGGER = logging.getLogger(__name__)

PANEL: Final = "immich-syncthing"
"""Below which address the panel is seen."""

ELEMENT: Final = "immich-syncthing-panel"
ICON: Final = "mdi:image-sync"

_WWW: Final = Path(__file__).parent.parent / "www"


@dataclass(frozen=True, slots=True)
class _Bundle:
    """What ``frontend/`` was built into. ``url`` changes with its content: browsers keep what they have for a month."""

    url: str
    title: str

    @classmethod
    def read(cls, language: str) -> _Bundle:
        """Look at the files. Blocks; raises ``OSError``, ``ValueError``, ``LookupError``, ``TypeError`` if damaged."""
        digest = sha256()
        for path in sorted(path for path in _WWW.rglob("*") if path.is_file()):
            digest.update(path.relative_to(_WWW).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        words = {path.stem: path for path in (_WWW / "words").glob("*.json")}
        [nearest, *_] = [*language_util.matches(language, words), "en"]
        title = json.loads(words[nearest].read_text())["title"]
        return cls(f"/{DOMAIN}_static/{digest.hexdigest()[:16]}", title)


async def async_setup_panel(hass: HomeAssistant) -> None:
    """Serve the panel, and show it in the sidebar as long as an account is set up, be it that it fails.

    Nothing of it outlasts that, but the address of the files: Home Assistant takes none back, and it holds no secret.
    """
    if DATA_EXTRA_MODULE_URL not in hass.data:
        # Home Assistant runs without its web page.
        return
    try:
        bundle = await hass.async_add_executor_job(_Bundle.read, hass.config.language)
    except OSError, ValueError, LookupError, TypeError:
        # Photos matter more than what shows them.
        _LOGGER.exception(
            "The panel and the card are not shown, because their files are damaged: install Immich Syncthing anew and "
            "restart Home Assistant. Photos are synced meanwhile"
        )
        return
    await hass.http.async_register_static_paths([StaticPathConfig(bundle.url, str(_WWW), cache_headers=True)])
    watch = _Watch(hass, bundle)
    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, watch.async_changed)
    await watch.async_look()


@dataclass(slots=True)
class _Watch:
    """Follows whether any account is set up."""

    hass: HomeAssistant
    bundle: _Bundle
    shown: bool = False
    in_sidebar: bool = False

    @callback
    def async_changed(self, _: ConfigEntryChange, entry: ImmichSyncthingConfigEntry) -> None:
        """Look again. While it is reloaded, an account is unloaded for an instant, and nobody shall lose their page."""
        if entry.domain == DOMAIN:
            self.hass.loop.call_soon(lambda: self.hass.async_create_task(self.async_look(), "panel"))

    async def async_look(self) -> None:
        """Show the panel and offer the card, or take them away."""
        entries = self.hass.config_entries.async_entries(DOMAIN, include_disabled=False)
        wanted = any(entry.state is not ConfigEntryState.NOT_LOADED for entry in entries)
        if wanted == self.shown:
            return
        self.shown = wanted
        if wanted:
            add_extra_js_url(self.hass, self._card)
            self.in_sidebar = await self._registered()
            return
        remove_extra_js_url(self.hass, self._card)
        if self.in_sidebar:
            async_remove_panel(self.hass, PANEL)

    @property
    def _card(self) -> str:
        return f"{self.bundle.url}/card.js"

    async def _registered(self) -> bool:
        try:
            await async_register_panel(
                self.hass,
                frontend_url_path=PANEL,
                webcomponent_name=ELEMENT,
                sidebar_title=self.bundle.title,
                sidebar_icon=ICON,
                module_url=f"{self.bundle.url}/panel.js",
                config_panel_domain=DOMAIN,
            )
        except ValueError:
            _LOGGER.warning("The panel is not shown, because a dashboard has its address: give that one another")
            return False
        return True
