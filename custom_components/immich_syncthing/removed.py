"""The end of a form whose account or folder was removed while it was open."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryFlow, UnknownEntry, UnknownSubEntry
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow

_REASON = "removed"


@contextmanager
def ends_with_what_it_is_about() -> Iterator[None]:
    """Look for what a flow is about. Raises ``AbortFlow`` where Home Assistant knows it no more."""
    try:
        yield
    except (UnknownEntry, UnknownSubEntry) as err:
        raise AbortFlow(_REASON) from err


class EndingSubentryFlow(ConfigSubentryFlow):
    """A flow that ends wherever it finds that its account, or the subentry that it changes, was removed."""

    @callback
    @override
    def _get_entry(self) -> ConfigEntry:
        with ends_with_what_it_is_about():
            return super()._get_entry()

    @callback
    @override
    def _get_reconfigure_subentry(self) -> ConfigSubentry:
        with ends_with_what_it_is_about():
            return super()._get_reconfigure_subentry()
