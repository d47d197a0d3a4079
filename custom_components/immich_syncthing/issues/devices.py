"""What Syncthing's devices keep from working: another major version, deletions that are not heard."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic

from ..markdown import as_text
from ..syncthing_facts import SyncthingFacts
from .board import Issue

TOPIC = "devices"

DEAF_SECONDS = 3600.0
"""How long a connected device may go without carrying out a deletion before that is said."""

MIXED = "mixed_syncthing_versions"
DEAF = "phone_ignores_deletes"


@dataclass(slots=True)
class DeviceIssues:
    """Says what is to be shown of the devices that share the account's folders.

    Phones come and go all day: what was seen of one holds until it is seen otherwise.
    """

    _majors: dict[str, int] = field(default_factory=dict)
    _waiting: dict[tuple[str, str], float] = field(default_factory=dict)
    _deaf: set[tuple[str, str]] = field(default_factory=set)

    def wanted(self, facts: SyncthingFacts, folder_ids: Iterable[str]) -> Iterator[Issue]:
        """Yield what these facts call for. ``folder_ids``: the account's folders, as Syncthing calls them."""
        working = facts.statuses.keys() & set(folder_ids)
        sharing = {(one, device) for one in working for device in facts.folders[one].device_ids}
        if mixed := self._of_another_major(facts, {device for _, device in sharing}):
            yield Issue(key=MIXED, placeholders={"devices": mixed, "version": as_text(facts.version.version)})
        if deaf := self._not_hearing(facts, sharing):
            yield Issue(key=DEAF, placeholders={"devices": deaf})

    def _of_another_major(self, facts: SyncthingFacts, devices: set[str]) -> str:
        """Return the names of devices whose Syncthing is 1.x beside 2.x, or the other way round.

        They settle a deletion against a change differently, and can then differ while both say that they are in sync
        (measured with 1.29.5 and 2.1.3).
        """
        for device in devices:
            if facts.connected(device):
                major = facts.connections[device].client_version.removeprefix("v").partition(".")[0]
                self._majors[device] = int(major) if major.isdecimal() else facts.version.major
        others = {device for device in devices if self._majors.get(device, facts.version.major) != facts.version.major}
        return _named(facts, others)

    def _not_hearing(self, facts: SyncthingFacts, sharing: set[tuple[str, str]]) -> str:
        """Return the names of devices that were connected for long and did not carry a deletion out."""
        now = monotonic()
        known = {key: facts.completions[key] for key in sharing & facts.completions.keys()}
        needed = {key: one.need_deletes for key, one in known.items() if facts.connected(key[1])}
        self._waiting = {key: self._waiting.get(key, now) for key, deletions in needed.items() if deletions}
        self._deaf = {key for key in self._deaf if key in sharing and needed.get(key) != 0}
        self._deaf |= {key for key, since in self._waiting.items() if now - since > DEAF_SECONDS}
        return _named(facts, {device for _, device in self._deaf})


def _named(facts: SyncthingFacts, devices: set[str]) -> str:
    return ", ".join(sorted({as_text(facts.device_name(device)) for device in devices}))
