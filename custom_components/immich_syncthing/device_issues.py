"""What Syncthing's devices keep from working, as repair issues: another major version, deletions that are not heard."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .syncthing.models import FolderConfig
from .syncthing_facts import SyncthingFacts

DEAF_SECONDS = 3600.0
"""How long a connected device may go without carrying out a deletion before that is said."""

MIXED = "mixed_syncthing_versions"
DEAF = "phone_ignores_deletes"


@dataclass(slots=True)
class DeviceIssues:
    """Makes the account's issues match what Syncthing says of the devices that share its folders."""

    hass: HomeAssistant
    entry: ImmichSyncthingConfigEntry
    _waiting: dict[tuple[str, str], float] = field(default_factory=dict)

    @callback
    def async_look(self) -> None:
        """Take the newest facts; while Syncthing does not answer, what was said stays."""
        coordinator = self.entry.runtime_data.syncthing
        if coordinator.last_update_success:
            self.async_update(coordinator.data)

    @callback
    def async_update(self, facts: SyncthingFacts) -> None:
        """Say what these facts call for, and take back what they do not."""
        ours = [facts.folders[folder_id] for folder_id in facts.statuses]
        mixed = sorted({name for folder in ours for name in _of_another_major(facts, folder)})
        self._show(MIXED, mixed, {"version": facts.version.version})
        now = monotonic()
        waiting = {key: self._waiting.get(key, now) for key in _not_heard(facts)}
        self._waiting = waiting
        late = {device for (_, device), since in waiting.items() if now - since > DEAF_SECONDS}
        deaf = sorted(facts.device_name(device) for device in late)
        self._show(DEAF, deaf, {})

    @callback
    def async_delete(self) -> None:
        """Take the issues away: while the account is not loaded, nobody looks."""
        for kind in (MIXED, DEAF):
            ir.async_delete_issue(self.hass, DOMAIN, self._issue_id(kind))

    def _show(self, kind: str, devices: list[str], more: dict[str, str]) -> None:
        if not devices:
            ir.async_delete_issue(self.hass, DOMAIN, self._issue_id(kind))
            return
        ir.async_create_issue(
            self.hass,
            DOMAIN,
            self._issue_id(kind),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=kind,
            translation_placeholders={"devices": ", ".join(devices), **more},
        )

    def _issue_id(self, kind: str) -> str:
        return f"{kind}_{self.entry.entry_id}"


def _of_another_major(facts: SyncthingFacts, folder: FolderConfig) -> Iterator[str]:
    """Yield the names of connected devices whose Syncthing is 1.x beside 2.x, or the other way round.

    They settle a deletion against a change differently, and can then differ while both say that they are in sync
    (measured with 1.29.5 and 2.1.3).
    """
    for device in folder.device_ids:
        connection = facts.connections.get(device)
        if connection is None or not connection.connected or not connection.client_version:
            continue
        major = connection.client_version.removeprefix("v").partition(".")[0]
        if major.isdecimal() and int(major) != facts.version.major:
            yield facts.device_name(device)


def _not_heard(facts: SyncthingFacts) -> set[tuple[str, str]]:
    """Return folders and connected devices that have deletions to carry out."""
    return {key for key, one in facts.completions.items() if one.need_deletes and facts.connected(key[1])}
