"""Servers that Home Assistant knows already: what core's integrations and other accounts of ours were told of them.

Address and key are taken over without being shown. Whether they still work is found out as for typed ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    CONF_API_KEY,
    CONF_HOST,
    CONF_PORT,
    CONF_SSL,
    CONF_TOKEN,
    CONF_URL,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant, callback
from yarl import URL

from .const import (
    CONF_IMMICH_API_KEY,
    CONF_IMMICH_URL,
    CONF_IMMICH_VERIFY_SSL,
    CONF_SYNCTHING_API_KEY,
    CONF_SYNCTHING_URL,
    CONF_SYNCTHING_VERIFY_SSL,
    DOMAIN,
)

CORE_IMMICH = "immich"
CORE_SYNCTHING = "syncthing"


@dataclass(frozen=True, slots=True)
class KnownServer:
    """A server of another entry, by the id of that entry. ``data`` as an entry of ours holds it, with the key."""

    source: str
    title: str
    url: str
    data: Mapping[str, Any] = field(repr=False)

    @property
    def label(self) -> str:
        """Return what a person recognises it by."""
        return self.title if self.url in self.title else f"{self.title} – {self.url}"


@callback
def async_known_immich(hass: HomeAssistant) -> list[KnownServer]:
    """Return the accounts of core's integration that are not set up here yet, whether or not they are loaded."""
    ours = {entry.unique_id for entry in hass.config_entries.async_entries(DOMAIN)}
    found = []
    for entry in _entries(hass, CORE_IMMICH, CONF_HOST, CONF_API_KEY):
        if entry.unique_id in ours:
            continue
        try:
            url = URL.build(
                scheme="https" if entry.data.get(CONF_SSL) else "http",
                host=entry.data[CONF_HOST],
                port=entry.data.get(CONF_PORT),
            )
        except TypeError, ValueError:
            continue
        data = {
            CONF_IMMICH_URL: str(url),
            CONF_IMMICH_API_KEY: entry.data[CONF_API_KEY],
            CONF_IMMICH_VERIFY_SSL: entry.data.get(CONF_VERIFY_SSL, True),
        }
        found.append(KnownServer(entry.entry_id, entry.title, str(url), data))
    return found


@callback
def async_known_syncthing(hass: HomeAssistant) -> list[KnownServer]:
    """Return what our other accounts use, then what core's integration knows; each server once."""
    found: dict[tuple[str, str], KnownServer] = {}
    for entry in _entries(hass, DOMAIN, CONF_SYNCTHING_URL, CONF_SYNCTHING_API_KEY):
        keys = (CONF_SYNCTHING_URL, CONF_SYNCTHING_API_KEY, CONF_SYNCTHING_VERIFY_SSL)
        _add(found, entry, {key: entry.data[key] for key in keys})
    for entry in _entries(hass, CORE_SYNCTHING, CONF_URL, CONF_TOKEN):
        data = {
            CONF_SYNCTHING_URL: entry.data[CONF_URL],
            CONF_SYNCTHING_API_KEY: entry.data[CONF_TOKEN],
            CONF_SYNCTHING_VERIFY_SSL: entry.data.get(CONF_VERIFY_SSL, True),
        }
        _add(found, entry, data)
    return list(found.values())


def _add(found: dict[tuple[str, str], KnownServer], entry: ConfigEntry, data: Mapping[str, Any]) -> None:
    url = str(data[CONF_SYNCTHING_URL]).rstrip("/")
    same = (url, data[CONF_SYNCTHING_API_KEY])
    found.setdefault(same, KnownServer(entry.entry_id, entry.title, url, data))


def _entries(hass: HomeAssistant, domain: str, *keys: str) -> Iterator[ConfigEntry]:
    """Yield the entries that hold what is needed: a later core may keep it under other names."""
    for entry in hass.config_entries.async_entries(domain, include_ignore=False):
        if all(isinstance(entry.data.get(key), str) and entry.data[key] for key in keys):
            yield entry
