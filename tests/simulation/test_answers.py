"""An answer holds at whatever point of a cycle it comes."""

import pytest

from custom_components.immich_syncthing.engine.model import Answer, Preset

from .steps import Step
from .story import REST, again
from .world import Setup

PHOTOS, GONE = range(1, 13), range(1, 12)
POINTS = 45
"""More than a cycle has here that finds nothing but what waits."""

ASKED = [
    *(Step("takes_photo", ("anna", f"Camera/IMG_{number}.jpg", number, 86_400.0)) for number in PHOTOS),
    REST,
    Step("web_trashes", (tuple(GONE),)),
    Step("cycle", ("camera",)),
]


@pytest.mark.parametrize(("answer", "done"), [(Answer.APPROVE, "deleted"), (Answer.UNDO, "restored")])
def test_an_answer_holds_whenever_it_comes(answer: Answer, done: str) -> None:
    in_it = after = 0
    for point in range(POINTS):
        meanwhile = ((point, Step("answers", (0, answer.value))),)
        steps = [*ASKED, Step("cycle", ("camera", None, meanwhile, (), (), (), "", 10.0))]
        told = again(Setup({"camera": (Preset.MIRROR, ("anna",))}), [*steps, Step("cycle", ("camera",)), REST])
        assert told.violation is None, "\n".join([str(point), *told.trace])
        came = f"answers 0 {answer.value} -> many_files: {len(GONE)}" in told.trace
        cycles = [line.endswith(f"{len(GONE)} {done}") for line in told.trace if line.startswith("cycle")]
        assert any(cycles[1:]) is came, "\n".join([str(point), *told.trace])
        in_it += cycles[1]
        after += cycles[2]
    assert min(in_it, after) > 0
