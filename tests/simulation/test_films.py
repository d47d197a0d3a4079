"""Lives from seeds in which each photo is a film: cycles go on beside whatever is being sent."""

from collections.abc import Callable

import pytest

from .minimise import as_text, minimise
from .story import again, from_seed

BATCHES = 4
SEEDS_IN_BATCH = 8


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_promises_hold(batch: int, record_property: Callable[[str, object], None]) -> None:
    steps = cycles = faults = 0
    for seed in range(batch * SEEDS_IN_BATCH, (batch + 1) * SEEDS_IN_BATCH):
        told = from_seed(seed, films=True)
        steps, cycles, faults = steps + len(told.steps), cycles + told.cycles, faults + told.faults
        assert told.violation is None, as_text(seed, minimise(told))
    record_property("simulated", [SEEDS_IN_BATCH, steps, cycles, faults])


@pytest.mark.parametrize("seed", [5_027, 5_110, 5_221, 5_236, 5_260, 5_297])
def test_a_preview_shows_one_cycle_and_no_other_that_runs_beside_a_film(seed: int) -> None:
    """E.g. a photo is deleted in one cycle, and its video in the next."""
    assert from_seed(seed, films=True).violation is None


def test_a_story_told_from_its_list_is_the_same() -> None:
    told = from_seed(3, films=True)
    assert told.violation is None
    assert again(told.setup, told.steps).trace == told.trace
