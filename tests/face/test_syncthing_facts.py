"""What is made of Syncthing's answers, for moments that a real one rarely has."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from custom_components.immich_syncthing.syncthing.models import (
    Completion,
    Connection,
    DeviceConfig,
    DeviceStats,
    SystemVersion,
)
from custom_components.immich_syncthing.syncthing_facts import SyncthingFacts

PHONE = "PHONEID-" * 8
FACTS = SyncthingFacts(
    version=SystemVersion("v1.29.5", "linux", "amd64"),
    folders={},
    statuses={},
    connections={PHONE: Connection(connected=False, paused=False, address="", client_version="")},
    devices={PHONE: DeviceConfig(PHONE, "", paused=False)},
    stats={PHONE: DeviceStats(datetime(2026, 11, 20, 14, 38, 11, tzinfo=UTC))},
    asked_at=datetime(2026, 11, 21, 9, 36, 26, tzinfo=UTC),
)


def have(completion: float, size: int, sequence: int = 7) -> Completion:
    return Completion(completion, 0, 0, 0, "valid", sequence, size)


@pytest.mark.parametrize(
    ("completions", "shown"),
    [
        ({}, None),
        ({"photos": have(100, 0, sequence=0)}, None),
        ({"photos": have(80, 300), "videos": have(100, 100)}, 85),
        ({"photos": have(80, 300), "videos": have(100, 100, sequence=0)}, 80),
        ({"photos": have(80, 300), "music": have(0, 700)}, 80),
        ({"photos": have(100, 0), "videos": have(95, 0)}, 95),
    ],
)
def test_a_device_is_as_far_as_its_bytes_in_the_folders_asked_for(
    completions: dict[str, Completion], shown: float | None
) -> None:
    facts = replace(FACTS, completions={(folder, PHONE): one for folder, one in completions.items()})
    assert facts.device_completion(PHONE, ["photos", "videos"]) == shown


def test_a_device_was_seen_when_it_was_there_last() -> None:
    assert FACTS.last_seen(PHONE) == datetime(2026, 11, 20, 14, 38, 11, tzinfo=UTC)
    assert FACTS.last_seen("of nobody") is None
    there = replace(FACTS, connections={PHONE: replace(FACTS.connections[PHONE], connected=True)})
    assert there.last_seen(PHONE) == datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def test_a_device_without_a_name_is_called_by_the_start_of_its_id() -> None:
    assert FACTS.device_name(PHONE) == "PHONEID"
