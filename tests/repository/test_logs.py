"""What looks through Home Assistant's log after end-to-end tests finds what it is there for, and nothing else."""

import pytest

from tests.e2e.logs import complaints

OURS = "/config/custom_components/immich_syncthing/sensor.py"
AUTHOR = "please create a bug report at https://github.com/immich-syncthing/immich-syncthing/issues"

BAD = {
    "blocking call": (
        "WARNING (MainThread) [homeassistant.util.loop] Detected blocking call to open with args ('x',) inside the"
        f" event loop by custom integration 'immich_syncthing' at {OURS}, line 7: open(x), {AUTHOR}"
    ),
    "blocking call, again": (
        "DEBUG (MainThread) [homeassistant.util.loop] Detected blocking call to open with args ('x',) inside the"
        f" event loop by custom integration 'immich_syncthing' at {OURS}, line 7: open(x), {AUTHOR}"
    ),
    "blocking call that nobody is named for": (
        "ERROR (MainThread) [homeassistant] Error doing job\nRuntimeError: Caught blocking call to putrequest with args"
    ),
    "bad habit": (
        "WARNING (MainThread) [homeassistant.helpers.frame] Detected that custom integration 'immich_syncthing' calls"
        f" hass.async_create_task from a thread at {OURS}, line 7: x. {AUTHOR}"
    ),
    "bad habit that nobody is named for": (
        "WARNING (MainThread) [homeassistant.helpers.frame] Detected code that calls async_get_device. Please report it"
    ),
    "deprecated in Home Assistant": (
        "WARNING (MainThread) [homeassistant.helpers.device_registry] The deprecated function async_get_device was"
        f" called from immich_syncthing. It will be removed in HA Core 2027.8. Use another instead, {AUTHOR}"
    ),
    "impossible entity": (
        "WARNING (MainThread) [homeassistant.components.sensor] Entity sensor.phone_files (<class"
        " 'custom_components.immich_syncthing.folder_sensors.FolderSensor'>) is using state class 'total' which is"
        f" impossible considering device class ('timestamp') it is using; {AUTHOR}"
    ),
    "fault of ours": (
        "ERROR (MainThread) [homeassistant.components.sensor] Error\nTraceback (most recent call last):\n"
        f'  File "{OURS}", line 7, in native_value\nKeyError: 1'
    ),
    "lost task": (
        "ERROR (MainThread) [homeassistant] Error doing job: Task exception was never retrieved: <Task coro="
        "custom_components.immich_syncthing.runtime.run>"
    ),
    "text that cannot be filled in": (
        "ERROR (MainThread) [homeassistant.helpers.translation] Validation of translation placeholders for localized"
        " (de) string component.immich_syncthing.issues.silent.title failed: ({'ordner'} != {'folder'})"
    ),
}

GOOD = {
    "not tested by Home Assistant": (
        "WARNING (SyncWorker_0) [homeassistant.loader] We found a custom integration immich_syncthing which has not"
        " been tested by Home Assistant. This component might cause stability problems"
    ),
    "server that is away": (
        "ERROR (MainThread) [custom_components.immich_syncthing.coordinator] Error fetching Immich data: Immich cannot"
        " be reached"
    ),
    "why a server is away": (
        "DEBUG (MainThread) [custom_components.immich_syncthing.coordinator] Full error:\nTraceback (most recent call"
        f' last):\n  File "{OURS}", line 7'
    ),
    "fault of others": (
        "ERROR (MainThread) [homeassistant.components.radio_browser] Error\nTraceback (most recent call last):\n  File"
        ' "homeassistant/components/radio_browser/x.py"'
    ),
    "deprecated thing of others": (
        "WARNING (MainThread) [homeassistant.const] The deprecated constant X was used from met. It will be removed"
    ),
}


def log(*records: str) -> str:
    return "".join(f"2026-11-21 10:00:0{number}.000 {record}\n" for number, record in enumerate(records))


@pytest.mark.parametrize("kind", BAD)
def test_what_is_wrong_is_found_among_what_is_not(kind: str) -> None:
    [found] = complaints(log(*GOOD.values(), BAD[kind], GOOD["server that is away"]), ())
    assert BAD[kind] in found


def test_what_is_not_wrong_is_passed_over() -> None:
    assert complaints(log(*GOOD.values()), ("a-key",)) == []


def test_what_python_warns_of_is_found_without_a_time_before_it() -> None:
    warning = f"{OURS}:7: DeprecationWarning: asyncio.x is deprecated"
    [found] = complaints(f"{warning}\n  asyncio.x()\n{log(*GOOD.values())}/lib/y.py:1: DeprecationWarning: z\n", ())
    assert found == "custom_components/immich_syncthing/sensor.py:7: DeprecationWarning: asyncio.x is deprecated"


def test_what_a_library_is_warned_of_between_two_lines_of_ours_is_not_of_ours() -> None:
    ours = log("INFO (MainThread) [custom_components.immich_syncthing.engine.apply.uploads] Uploaded a.jpg")
    warning = "/immich-syncthing/lib/backoff.py:7: DeprecationWarning: asyncio.x is deprecated\n  asyncio.x()\n"
    assert complaints(f"{ours}{warning}{ours}", ()) == []


def test_a_key_is_found_and_not_repeated() -> None:
    [found] = complaints(log("INFO (MainThread) [x] asked with abcdefghijkl"), ("abcdefghijkl",))
    assert "abcdefgh" not in found
