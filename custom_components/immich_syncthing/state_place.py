"""Where what is known of an account is kept: with Home Assistant's own state, so that its backups hold both."""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from homeassistant.core import HomeAssistant

from .const import DOMAIN


def state_directory(hass: HomeAssistant) -> Path:
    """Return where ledgers, indexes and bases lie."""
    return Path(hass.config.path(".storage", DOMAIN))


def ledger_path(hass: HomeAssistant, entry_id: str) -> Path:
    """Return where an entry's ledger lies."""
    return state_directory(hass) / f"{entry_id}.sqlite"


def shown_path(hass: HomeAssistant, entry_id: str) -> Path:
    """Return where the picture of an entry's vault lies, which goes with the ledger."""
    ledger = ledger_path(hass, entry_id)
    return ledger.with_name(f"{ledger.name}.vault")


def forget_others(hass: HomeAssistant, beginning: str, kept: Iterable[Path]) -> None:
    """Remove what begins like this, and is none of ``kept``, nor goes with one of them. Blocks."""
    names = {path.name for path in kept}
    for path in state_directory(hass).glob(f"{beginning}*"):
        if not any(path.name.startswith(name) for name in names):
            _remove(path)


def forget_all(hass: HomeAssistant, entry_id: str) -> None:
    """Remove all that is kept of an account here: its ledger, and what is known of its subentries. Blocks."""
    for path in state_directory(hass).glob(f"{entry_id}.*"):
        _remove(path)
    with suppress(OSError):
        state_directory(hass).rmdir()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
