"""How far a look is, told to whoever watches."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine import observe_immich
from custom_components.immich_syncthing.engine.looking import Looking, Step

from .living import living, ten_photos

type Seen = tuple[Step | None, int, int | None]


def watched() -> tuple[Looking, list[Seen]]:
    seen: list[Seen] = []
    looking = Looking(lambda: seen.append((looking.step, looking.done, looking.total)))
    return looking, seen


def test_a_step_tells_how_far_it_is_and_nothing_is_told_between_two() -> None:
    looking, seen = watched()
    with looking.at(Step.READING, 3) as progress:
        progress(2)
    assert seen == [(Step.READING, 0, 3), (Step.READING, 2, 3), (None, 0, None)]


def test_more_than_was_expected_is_of_nobody_knows_how_much() -> None:
    looking, seen = watched()
    with looking.at(Step.WALKING, 3) as progress:
        progress(3)
        progress(4)
    assert [total for _, _, total in seen] == [3, None, None, None]


def test_a_step_that_fails_is_over() -> None:
    looking, _ = watched()
    with pytest.raises(OSError, match="gone"), looking.at(Step.WALKING, 3):
        raise OSError("gone")  # noqa: EM101
    assert looking.step is None


@pytest.mark.usefixtures("socket_enabled")
async def test_a_full_check_tells_of_the_folder_and_of_each_batch_that_immich_was_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe_immich, "ORACLE_BATCH", 4)
    async with living(tmp_path) as life:
        await ten_photos(life)
        seen: list[Seen] = []
        looking = life.folder.looking
        stop = life.folder.add_listener(lambda: seen.append((looking.step, looking.done, looking.total)))
        life.folder.full_check()
        await life.cycle()
        stop()
    steps = list(dict.fromkeys(one for one in seen if one[0]))
    assert steps[0] == (Step.WALKING, 0, 10)
    assert [done for step, done, _ in steps if step is Step.COMPARING] == [0, 4, 8, 10]
    assert life.folder.looking.step is None
