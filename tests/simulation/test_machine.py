"""The whole engine as a state machine: Hypothesis chooses what happens next, and shrinks what breaks a promise.

The same steps as in the stories from seeds; here they are chosen by what is known to be there.
"""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from custom_components.immich_syncthing.engine.model import Answer, Preset

from . import acts_faults, acts_immich, acts_owner, acts_phone, deeds, quiescence
from .clock import VirtualLoop
from .faults import Points, patched_system
from .steps import Arg, Step
from .story import memory
from .world import Setup, World

PHONES = ("anna", "bert", "tom")
PATHS = tuple(f"{directory}/IMG_{number}.jpg" for directory in ("Camera", "Chats") for number in range(1, 5))

__all__ = ["acts_faults", "acts_immich", "acts_owner", "acts_phone", "deeds", "quiescence"]

phones = st.sampled_from(PHONES)
paths = st.sampled_from(PATHS)
numbers = st.integers(1, 12)
presets = st.sampled_from(Preset)


def folder_of(phone: str) -> str:
    return "tablet" if phone == "tom" else "camera"


class WholeEngine(RuleBasedStateMachine):
    """A camera folder with two phones, a tablet, and one account."""

    taken = Bundle("taken")

    def __init__(self) -> None:
        super().__init__()
        self.world: World
        self.points = Points()
        self.loop = VirtualLoop()
        self.opened = contextlib.ExitStack()
        self.faulty = False

    @initialize(camera=presets, tablet=presets, newest_wins=st.booleans())
    def begins(self, camera: Preset, tablet: Preset, newest_wins: bool) -> None:
        self.opened.enter_context(quiet())
        self.opened.enter_context(patched_system(self.points))
        place = Path(tempfile.mkdtemp(prefix="machine-", dir=memory()))
        setup = Setup({"camera": (camera, ("anna", "bert")), "tablet": (tablet, ("tom",))}, newest_wins=newest_wins)
        self.world = self.loop.run_until_complete(World.begin(place, setup, self.points))

    def take(self, word: str, *args: Arg) -> None:
        self.loop.run_until_complete(Step(word, args).take(self.world))

    # --- phones ---------------------------------------------------------------------------------------------------

    @rule(target=taken, phone=phones, path=paths, number=numbers)
    def takes_photo(self, phone: str, path: str, number: int) -> tuple[str, str]:
        self.take("takes_photo", phone, path, number)
        return phone, path

    @rule(one=taken)
    def deletes(self, one: tuple[str, str]) -> None:
        self.take("deletes", one[0], (one[1],))

    @rule(one=taken, number=numbers)
    def edits(self, one: tuple[str, str], number: int) -> None:
        self.take("edits", *one, number)

    @rule(target=taken, one=taken, path=paths)
    def renames(self, one: tuple[str, str], path: str) -> tuple[str, str]:
        self.take("renames", *one, path)
        return one[0], path

    @rule(one=taken)
    def bins(self, one: tuple[str, str]) -> None:
        self.take("bins", *one)

    @rule(phone=phones)
    def phone_and_server_meet(self, phone: str) -> None:
        self.take("meets", phone)
        self.take("pulls", folder_of(phone), 100)
        self.take("events", folder_of(phone), "all")

    # --- Immich ---------------------------------------------------------------------------------------------------

    @rule(number=numbers)
    def web_trashes(self, number: int) -> None:
        self.take("web_trashes", (number,))

    @rule(number=numbers)
    def web_restores(self, number: int) -> None:
        self.take("web_restores", (number,))

    @rule()
    def web_empties_trash(self) -> None:
        self.take("web_empties_trash")

    # --- Home Assistant -------------------------------------------------------------------------------------------

    @rule(folder=st.sampled_from(["camera", "tablet"]))
    def cycle(self, folder: str) -> None:
        self.take("cycle", folder)

    @rule(index=st.integers(0, 3), answer=st.sampled_from(Answer))
    def answers(self, index: int, answer: Answer) -> None:
        self.take("answers", index, answer.value)

    @rule(folder=st.sampled_from(["camera", "tablet"]), preset=presets)
    def sets_preset(self, folder: str, preset: Preset) -> None:
        self.take("sets_preset", folder, preset.value)

    @rule(point=st.none() | st.tuples(st.integers(1, 60), st.booleans()))
    def restarts(self, point: tuple[int, bool] | None) -> None:
        self.take("restarts", point)

    @precondition(lambda self: not self.faulty)
    @rule()
    def loses_ledger(self) -> None:
        self.faulty = True
        self.take("loses_ledger")

    @rule()
    def comes_to_rest(self) -> None:
        self.take("comes_to_rest")

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "world"):
            self.world.check()

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                self.take("comes_to_rest")
                self.loop.run_until_complete(self.world.end())
        finally:
            self.opened.close()
            self.loop.close()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    logger = logging.getLogger("custom_components.immich_syncthing")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


TestWholeEngine = WholeEngine.TestCase
TestWholeEngine.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
