"""What can go wrong at each single step of the engine: it is killed, the disk refuses, the world moves.

The engine's steps are counted: each call of a port, each piece of work given to a pool, and each system call that
changes a disk is one *point*. A plan says what happens at which point of one run.
"""

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest

from custom_components.immich_syncthing.engine import placing, scan
from custom_components.immich_syncthing.engine.errors import DiskFullError
from custom_components.immich_syncthing.engine.workers import InlinePool
from tests.crashing import CHANGING, Killed


class Disk(StrEnum):
    """How the disk of folders and vault takes writing."""

    FINE = "fine"
    FULL = "full"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class Crash:
    """Die at point ``at``: before it, or just after it was done and before anybody knows."""

    at: int
    after: bool = False


@dataclass(slots=True)
class Plan:
    """What happens in one run. ``meanwhile``: point → what the world does there. ``ledger_full``: points."""

    crash: Crash | None = None
    meanwhile: Mapping[int, Callable[[], None]] = field(default_factory=dict)
    ledger_full: frozenset[int] = frozenset()


class Points:
    """Counts the engine's steps and lets things happen there. Outside of ``run`` nothing is counted."""

    def __init__(self) -> None:
        self.disk = Disk.FINE
        self.dead = False
        self.passed = 0
        self.fired = 0
        self._plan: Plan | None = None
        self._waiting: list[int] = []

    @contextmanager
    def run(self, plan: Plan) -> Iterator[None]:
        """Count from nothing, by ``plan``, until the block ends; whoever was killed stays dead until ``revive``."""
        self._plan, self.passed, self._waiting = plan, 0, sorted(plan.meanwhile)
        try:
            yield
        finally:
            self._plan = None

    def revive(self) -> None:
        """Let a new life begin."""
        self.dead = False

    def before(self) -> int:
        """Pass a point; raises ``Killed``. Returns its number."""
        if self.dead:
            raise Killed
        if self._plan is None:
            return -1
        number = self.passed
        self.passed += 1
        while self._waiting and self._waiting[0] <= number:
            happens, plan, self._plan = self._plan.meanwhile[self._waiting.pop(0)], self._plan, None
            self.fired += 1
            happens()
            self._plan = plan
        crash = self._plan.crash
        if crash is not None and number >= crash.at and not crash.after:
            self._die()
        return number

    def after(self, number: int) -> None:
        """Leave the point; raises ``Killed``."""
        crash = self._plan.crash if self._plan is not None else None
        if crash is not None and crash.after and number >= crash.at:
            self._die()

    def ledger_refuses(self, number: int) -> bool:
        """Return whether the ledger's disk is full at this point."""
        return self._plan is not None and number in self._plan.ledger_full

    @property
    def counting(self) -> bool:
        return self._plan is not None or self.dead

    def _die(self) -> None:
        self.dead = True
        self.fired += 1
        raise Killed


class CountedPool(InlinePool):
    """Runs functions at once, each as one point."""

    def __init__(self, points: Points, *, ledger: bool) -> None:
        self._points = points
        self._ledger = ledger

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        number = self._points.before()
        if self._ledger and self._points.ledger_refuses(number):
            self._points.fired += 1
            raise DiskFullError("simulated")  # noqa: EM101
        result = function(*args, **kwargs)
        self._points.after(number)
        return result


class _Time:
    """Time as ``engine.scan`` asks for it: the disk's last tick is long past, whatever was written just now.

    A rewrite within one tick is made visible by whoever simulates it: see ``disk.rewrite``.
    """

    @staticmethod
    def time_ns() -> int:
        return 1 << 62

    @staticmethod
    def sleep(_: float) -> None:
        message = "the engine slept"
        raise AssertionError(message)


@contextmanager
def patched_system(points: Points) -> Iterator[None]:
    """Let every changing system call of the block be a point, and the disk be as ``points.disk`` says."""

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def maybe(*args: Any, **kwargs: Any) -> Any:
            if not points.counting:
                return call(*args, **kwargs)
            number = points.before()
            if points.disk is not Disk.FINE and (code := _refusal(points.disk, name, args)):
                raise OSError(code, os.strerror(code))
            result = call(*args, **kwargs)
            points.after(number)
            return result

        return maybe

    with pytest.MonkeyPatch.context() as patch:
        for name in CHANGING:
            patch.setattr(os, name, counted(name, getattr(os, name)))
        patch.setattr(placing, "rename_no_replace", counted("renameat2", placing.rename_no_replace))
        patch.setattr(scan, "time", _Time)
        yield


def _refusal(disk: Disk, name: str, args: tuple[Any, ...]) -> int:
    """Return how the disk refuses a call, 0 if it does not."""
    writes = name != "open" or bool(args[1] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR))
    if not writes or name == "fsync":
        return 0
    if disk is Disk.READ_ONLY:
        return errno.EROFS
    grows = name in {"open", "write", "mkdir", "link"}
    return errno.ENOSPC if grows else 0
