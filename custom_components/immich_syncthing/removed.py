"""The end of a form whose account or folder was removed while it was open."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.config_entries import UnknownEntry, UnknownSubEntry
from homeassistant.data_entry_flow import AbortFlow

_REASON = "removed"


@contextmanager
def ends_with_what_it_is_about() -> Iterator[None]:
    """Look for what a flow is about. Raises ``AbortFlow`` where Home Assistant knows it no more."""
    try:
        yield
    except (UnknownEntry, UnknownSubEntry) as err:
        raise AbortFlow(_REASON) from err
