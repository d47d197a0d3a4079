"""Two folders share photos: one frees its copies, the other deletes or edits its own, with whatever ledger is left."""

import re
from random import Random

from custom_components.immich_syncthing.engine.model import OnEdit, Preset

from .steps import Step
from .story import REST, again
from .world import Setup

WORLDS = 20
ROUNDS = 3
HOURS = 7_200.0
"""After that time the age of photos is asked."""

DAY = 86_400.0
LOOKS = [Step("cycle", (folder, None, (), (), (), (), "", 5.0)) for folder in ("camera", "tablet") * 4]


def life(random: Random) -> list[Step]:
    """Return a life in which what leaves one folder to free space leaves the other because its owner wants that."""
    steps: list[Step] = []
    shared: list[int] = []
    for number in range(1, 26):
        age = random.choice([7 * DAY, 61 * DAY])
        both = random.random() < 0.5
        if both:
            shared.append(number)
            steps.append(Step("takes_photo", ("anna", f"Camera/IMG_{number}.jpg", number, age)))
        steps.append(Step("takes_photo", ("tom", f"Camera/IMG_{number}.jpg", number, age)))
    steps += [REST, Step("passes", (HOURS,)), REST]
    random.shuffle(shared)
    for _ in range(ROUNDS):
        steps.append(Step("backs_up_ledger", ()))
        steps.append(Step("frees_space", ("camera", random.choice([0, 5]), None, False, random.choice([2, 100]))))
        happens = random.choice([None, "restarts", "loses_ledger", "restores_ledger"])
        steps += [Step(happens, ())] if happens is not None else []
        steps.append(REST)
        for number in [shared.pop() for _ in range(min(2, len(shared)))]:
            path = f"Camera/IMG_{number}.jpg"
            change = ("edits", ("tom", path, 100 + number)) if random.random() < 0.3 else ("deletes", ("tom", (path,)))
            steps.append(Step(*change))
        # The engine has to see that by itself: what moves while all comes to rest is judged mildly.
        steps += [Step("passes", (DAY,)), Step("arrives", ("tom",)), *LOOKS, REST]
    return steps


def test_what_was_freed_stays_in_immich_whoever_deletes_another_copy() -> None:
    freed = changed = 0
    for seed in range(WORLDS):
        random = Random(seed)
        folders = {
            "camera": (random.choice(list(Preset)), ("anna",)),
            "tablet": (random.choice([Preset.MIRROR, Preset.PHONE_DECIDES]), ("tom",)),
        }
        steps = [Step("sets_edits", ("tablet", OnEdit.REPLACE.value)), *life(random)]
        told = again(Setup(folders, chance=seed), steps)
        assert told.violation is None, "\n".join([str(seed), *told.trace])
        freed += sum(
            int(found) for line in told.trace for found in re.findall(r"^frees_space.* -> (\d+) files of", line)
        )
        changed += sum(line.startswith(("deletes", "edits")) for line in told.trace)
    assert freed > 3 * WORLDS
    assert changed > 3 * WORLDS
