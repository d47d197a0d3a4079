"""What a dry run of freeing space shows is what the run does: in a thousand worlds that chance made."""

import re
from random import Random

import pytest

from custom_components.immich_syncthing.engine.model import Preset

from .steps import Step
from .story import REST, again
from .world import Setup

WORLDS = 70
ROUNDS = 3
RUNS = 5
"""Together a thousand runs."""

BATCHES = 7
HOURS = 7_200.0
"""After that time the age of photos is asked."""


def life(random: Random) -> list[Step]:
    """Return a life in which photos of all kinds come, and leave again to free space."""
    steps: list[Step] = []
    number = 0
    for _ in range(ROUNDS):
        for _ in range(random.randint(5, 20)):
            number += 1
            path = f"Camera/IMG_{number}"
            age = random.choice([0.0, 86_400.0, 7 * 86_400.0, 61 * 86_400.0])
            if random.random() < 0.15:
                number += 1
                steps.append(Step("takes_live_photo", ("anna", path, number - 1, number)))
            else:
                steps.append(Step("takes_photo", ("anna", f"{path}.jpg", number, age)))
            if random.random() < 0.1:
                steps.append(Step("copies", ("anna", f"{path}.jpg", f"Chats/IMG_{number}.jpg")))
        steps.append(REST)
        steps += [Step("web_favours", (random.randint(1, number),)) for _ in range(random.randint(0, 3))]
        steps.append(Step("web_trashes", ((random.randint(1, number),),)))
        steps += [Step("passes", (random.choice([HOURS, 10 * HOURS, 40 * 86_400.0]),)), REST]
        for _ in range(RUNS):
            days, keep = random.choice([None, 0, 5, 60]), random.choice([None, 0, 40, 150, 400])
            most, favourites = random.choice([1, 2, 4, 100]), random.random() < 0.5
            steps.append(Step("frees_space", ("camera", days, keep, favourites, most)))
    return steps


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_dry_run_agrees_with_the_run(batch: int) -> None:
    compared = freed = 0
    for seed in range(batch, WORLDS, BATCHES):
        random = Random(seed)
        setup = Setup({"camera": (random.choice(list(Preset)), ("anna",))}, chance=seed)
        told = again(setup, life(random))
        assert told.violation is None, "\n".join([str(seed), *told.trace])
        runs = [line for line in told.trace if line.startswith("frees_space")]
        went = [int(found[1]) for line in runs if (found := re.search(r"-> (\d+) files of", line))]
        compared += len(went)
        freed += sum(went)
    assert compared == WORLDS * ROUNDS * RUNS // BATCHES
    assert freed > compared
