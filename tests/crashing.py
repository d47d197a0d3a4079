"""A process that dies between two system calls, any two of them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from custom_components.immich_syncthing.engine import placing

CHANGING = ("link", "rename", "replace", "unlink", "mkdir", "write", "fsync", "utime", "fchown", "open")
"""The calls of ``os`` that change a disk. Between two others a crash leaves what the one before left."""


class Killed(BaseException):
    """The process is dead: nothing that it would still do reaches the disk."""


@contextmanager
def killed_after(calls: int) -> Iterator[list[str]]:
    """Let so many changing calls happen and no further one, whatever the code tries in its ``finally`` blocks.

    The list that is given names the calls that happened. Nothing is raised if there were fewer.
    """
    happened: list[str] = []

    def dying(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def maybe(*args: Any, **kwargs: Any) -> Any:
            if len(happened) >= calls:
                raise Killed
            result = call(*args, **kwargs)
            happened.append(name)
            return result

        return maybe

    with pytest.MonkeyPatch.context() as patch:
        for name in CHANGING:
            patch.setattr(os, name, dying(name, getattr(os, name)))
        patch.setattr(placing, "rename_no_replace", dying("renameat2", placing.rename_no_replace))
        yield happened
