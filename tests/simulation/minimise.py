"""From a long story that breaks a promise to a short one that breaks the same: delta debugging."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from .steps import Arg, Step
from .story import Told, again

type Tell = Callable[[Sequence[Step]], Told]


def minimise(told: Told, tries: int = 2_000) -> Told:
    """Return the shortest story found within ``tries`` that breaks the same promise as ``told``."""
    wanted = promise(told)
    left = tries
    best = told

    def breaks(steps: Sequence[Step]) -> bool:
        nonlocal left, best
        if left <= 0:
            return False
        left -= 1
        result = again(told.setup, steps)
        if promise(result) != wanted:
            return False
        best = result
        return True

    if not breaks(told.steps):
        return told
    before = -1
    while before != _weight(best.steps) and left > 0:
        before = _weight(best.steps)
        _fewer(best.steps, breaks)
        _simpler(best.steps, breaks)
    return best


def promise(told: Told) -> str | None:
    """Return which promise was broken, without the photos and paths."""
    if told.violation is None:
        return None
    return re.sub(r"#\d+|photo \d+|\S+/\S+|\d+", "…", told.violation)[:60]


def _fewer(steps: list[Step], breaks: Callable[[Sequence[Step]], bool]) -> None:
    """Leave out parts: halves first, single steps last."""
    size = max(len(steps) // 2, 1)
    while True:
        start = 0
        while start < len(steps):
            shorter = steps[:start] + steps[start + size :]
            if shorter and breaks(shorter):
                steps = shorter
            else:
                start += size
        if size == 1:
            return
        size //= 2


def _simpler(steps: list[Step], breaks: Callable[[Sequence[Step]], bool]) -> None:
    """Let single steps do less."""
    for position in range(len(steps)):
        changed = True
        while changed:
            changed = False
            for step in _simpler_steps(steps[position]):
                candidate = [*steps[:position], step, *steps[position + 1 :]]
                if breaks(candidate):
                    steps, changed = candidate, True
                    break


def _simpler_steps(step: Step) -> Iterator[Step]:
    first = 2 if step.word == "cycle" else 1
    for index, arg in enumerate(step.args):
        for simpler in _simpler_arg(arg, droppable=index >= first - 1 and step.word == "cycle"):
            yield replace(step, args=(*step.args[:index], simpler, *step.args[index + 1 :]))


def _simpler_arg(arg: Arg, *, droppable: bool) -> Iterator[Arg]:
    match arg:
        case tuple() if len(arg) == 2 and isinstance(arg[0], int) and isinstance(arg[1], bool):
            if droppable:
                yield None
        case tuple() if arg:
            for index in range(len(arg)):
                if len(arg) > 1 or droppable:
                    yield (*arg[:index], *arg[index + 1 :])
        case str() if arg in {"full", "retry"}:
            yield ""
        case _:
            return


def _weight(steps: Sequence[Step]) -> int:
    return sum(len(str(step)) for step in steps)


def as_text(seed: int, told: Told) -> str:
    """Return a story for people."""
    folders = ", ".join(
        f"{folder_id} ({preset}; {' and '.join(phones)})" for folder_id, (preset, phones) in told.setup.folders.items()
    )
    how = f"Syncthing {2 if told.setup.newest_wins else 1}{'; photos are films' if told.setup.films else ''}"
    lines = [f"seed {seed}: {told.violation}", f"folders: {folders}; {how}"]
    lines += [f"  {line}" for line in told.trace]
    return "\n".join(lines)
