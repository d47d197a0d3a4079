"""Where a directory really lies: a part of a disk may be mounted in several places, and Linux tells which."""

import re
from pathlib import Path
from typing import Self

MOUNTS = Path("/proc/self/mountinfo")

_ESCAPED = re.compile(r"\\([0-7]{3})")


class Mounts:
    """What is mounted where. ``table`` is what Linux says in ``/proc/self/mountinfo``."""

    def __init__(self, table: str) -> None:
        """Read the table; what is no line of one is passed over."""
        lines = (line.split(" ") for line in table.splitlines())
        self._mounts = [
            (Path(_plain(line[4])), line[2], Path(_plain(line[3]))) for line in lines if len(line) >= len("abcde")
        ]

    @classmethod
    def now(cls) -> Self:
        """Return what is mounted now; nothing where nobody tells. Blocks."""
        try:
            return cls(MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"))
        except OSError:
            return cls("")

    def nested(self, one: Path, other: Path) -> bool:
        """Return whether one of two real paths is the other, or lies below it, on one disk."""
        here, there = self._on_disk(one), self._on_disk(other)
        if here is None or there is None or here[0] != there[0]:
            return False
        return here[1].is_relative_to(there[1]) or there[1].is_relative_to(here[1])

    def _on_disk(self, path: Path) -> tuple[str, Path] | None:
        """Return the device, and the path on it."""
        found: tuple[Path, str, Path] | None = None
        for mount in self._mounts:
            # Of two at one place the last one is on top.
            if path.is_relative_to(mount[0]) and (found is None or len(mount[0].parts) >= len(found[0].parts)):
                found = mount
        return None if found is None else (found[1], found[2] / path.relative_to(found[0]))


def _plain(text: str) -> str:
    """Return a path of the table as it is: spaces and the like are octal numbers there."""
    return _ESCAPED.sub(lambda number: chr(int(number[1], 8)), text)
