"""What is being uploaded now: all folders of an account share one Immich, and so one :class:`.pace.Pace`."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from .model import FileRow
from .pace import Pace

BIG = 32 * 1024 * 1024
"""Bytes from which on a file is a film: it is sent beside the photos, and says nothing about how many those may be."""

FILMS_AT_ONCE = 2
"""They share one line: with more of them, all would only end later."""


def is_film(file: FileRow) -> bool:
    """Return whether a file is so large that others must not wait for it."""
    return file.signature.size >= BIG


@dataclass(slots=True)
class UnderWay:
    """Counts uploads. Each folder may always send one photo and one film, so that none waits for another folder."""

    pace: Pace = field(default_factory=Pace)
    _photos: Counter[str] = field(default_factory=Counter)
    _films: Counter[str] = field(default_factory=Counter)

    def allows(self, file: FileRow) -> bool:
        """Return whether a file may be begun now."""
        counts, most = (self._films, FILMS_AT_ONCE) if is_film(file) else (self._photos, self.pace.limit)
        return not counts[file.folder_id] or counts.total() < most

    def begin(self, file: FileRow) -> Callable[[], None]:
        """Count a file from now on; call what is returned when it is sent no longer, once or more often."""
        counts = self._films if is_film(file) else self._photos
        counts[file.folder_id] += 1
        ended = False

        def end() -> None:
            nonlocal ended
            counts[file.folder_id] -= not ended
            ended = True

        return end

    def sent(self, file: FileRow, seconds: float) -> None:
        """Take how long Immich needed for a file."""
        if not is_film(file):
            self.pace.sent(file.signature.size, seconds, self._photos.total())

    def failed(self) -> None:
        """Take that Immich did not manage."""
        self.pace.failed()
