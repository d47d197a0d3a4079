"""Lives from seeds: whatever phones, servers, disks and owners do, the eight promises hold."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.scan import Root
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.model import LocalFile, VaultEntry, VaultOrigin

from .minimise import minimise, promise
from .run import Tally, tell
from .story import STEPS, again, from_seed

BATCHES = 64
SEEDS_IN_BATCH = 8
"""Together at least 500 seeds and 50,000 steps."""

ROOT = Path(__file__).parents[2]


def test_enough_is_simulated() -> None:
    assert BATCHES * SEEDS_IN_BATCH >= 500
    assert BATCHES * SEEDS_IN_BATCH * STEPS >= 50_000


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_promises_hold(batch: int, record_property: Callable[[str, object], None]) -> None:
    first = batch * SEEDS_IN_BATCH
    tally: Tally = tell(range(first, first + SEEDS_IN_BATCH))
    record_property("simulated", [tally.seeds, tally.steps, tally.cycles, tally.faults])
    assert tally.first_violation is None, tally.first_violation


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_seed_decides_everything(hash_seed: str) -> None:
    """Not even the order of sets, which differs between processes, leaves a mark on a life."""
    seeds = range(1_000, 1_006)
    lives = [line for seed in seeds for line in from_seed(seed).trace]
    code = "import sys; from tests.simulation.story import from_seed; "
    code += "[print(line) for seed in map(int, sys.argv[1:]) for line in from_seed(seed).trace]"
    elsewhere = subprocess.run(
        [sys.executable, "-c", code, *map(str, seeds)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.splitlines() == lives


def test_a_story_told_from_its_list_is_the_same() -> None:
    told = from_seed(7)
    assert told.violation is None
    assert again(told.setup, told.steps).trace == told.trace


def test_an_engine_that_loses_a_photo_is_found_and_told_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulation itself is put to the test: without the vault's copies, promise 1 is soon broken."""

    async def forgetful(self: DirectoryVault, source: LocalFile, origin: VaultOrigin) -> VaultEntry:
        return VaultEntry(origin, 0.0)

    monkeypatch.setattr(DirectoryVault, "store_file", forgetful)
    found = next(told for seed in range(500) if (told := from_seed(seed)).violation is not None)
    assert promise(found) is not None
    assert "promise 1" in str(found.violation)
    short = minimise(found)
    assert promise(short) == promise(found)
    assert len(short.steps) <= 8


def test_an_engine_that_takes_an_empty_disk_for_deletions_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Root, "_require_marker", lambda *_: None)
    assert any("promise" in str(from_seed(seed).violation) for seed in range(500))
