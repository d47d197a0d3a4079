"""Fixtures of every test that runs in the Home Assistant test harness."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

# Imported here so that it is ours and not the harness's own `custom_components` that Home Assistant finds.
import custom_components.immich_syncthing  # noqa: F401


@pytest.fixture(autouse=True)
def _custom_integrations_where_home_assistant_runs(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load this integration, and start no Home Assistant for tests without one."""
    if "hass" in request.fixturenames:
        if "recorder_mock" in request.fixturenames:
            request.getfixturevalue("recorder_mock")
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture
def other_disk() -> Iterator[Path]:
    """Give a directory on another file system: Linux's shared memory, which keeps whatever time a file is given."""
    place = Path("/dev/shm") / f"immich-syncthing-{uuid4().hex}"  # noqa: S108
    place.mkdir()
    yield place
    shutil.rmtree(place)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was simulated."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    tallies = [value for report in reports for name, value in report.user_properties if name == "simulated"]
    if tallies:
        seeds, steps, cycles, faults = (sum(column) for column in zip(*tallies, strict=True))
        terminalreporter.write_line(
            f"simulated {steps:,} steps over {seeds:,} seeds: {cycles:,} cycles, {faults:,} faults injected"
        )
