"""How many files a folder holds that nobody knows yet, and a fair sample of them. Nothing is recorded.

What counts is what the engine takes for a file: see :mod:`.naming` and :mod:`.patterns`.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from . import naming
from .errors import RootUnreadableError
from .listing import Entry, Kind, Listing, join
from .model import Signature
from .naming import NameKind
from .patterns import Filter
from .scan import Root
from .workers import Workers

SAMPLE = 50_000
"""Files that are remembered at most, some 20 MB: memory does not grow with the folder."""

LISTED_AT_ONCE = 100
"""Directories that a thread lists before it asks whether to go on."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of files, and their bytes."""

    files: int = 0
    size: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.files + other.files, self.size + other.size)


class Census:
    """Counts the files of an open folder.

    ``found`` are those that Immich takes; ``strange`` counts files of a kind that it does not, ``closed`` directories
    that could not be read.
    """

    def __init__(
        self, hides: Filter, uploadable: frozenset[str], random: Callable[[], float], sample: int = SAMPLE
    ) -> None:
        """Begin. ``hides``: what is not looked at. ``random`` returns a number in [0, 1)."""
        self._filter = hides
        self._uploadable = uploadable
        self._random = random
        self._size = sample
        self._sample: list[tuple[float, str, Signature]] = []
        self.found = Amount()
        self.strange = 0
        self.closed = 0

    async def count(self, root: Root, workers: Workers, go_on: Callable[[], bool]) -> bool:
        """List the folder as long as ``go_on`` says so; return whether that came to its end.

        Raises:
            RootUnreadableError: the root itself cannot be listed.
        """
        walk = root.walk("", self._filter.closes)

        def step() -> bool:
            listings = list(islice(walk, LISTED_AT_ONCE))
            for listing in listings:
                self._take(listing)
            return bool(listings)

        while await workers.disk.run(step):
            if not go_on():
                return False
        return True

    def sample(self) -> list[tuple[str, Signature]]:
        """Return files, each as likely to be among them as any other, in a random order."""
        return [(path, signature) for _, path, signature in sorted(self._sample, reverse=True)]

    def _take(self, listing: Listing) -> None:
        if listing.error is not None:
            if not listing.directory:
                raise RootUnreadableError(listing.error)
            self.closed += 1
        visible = self._filter.within(listing.directory)
        for entry in listing.entries:
            path = join(listing.directory, entry.name)
            if entry.kind is Kind.FILE and not visible.excludes(path):
                self._count_file(path, entry)

    def _count_file(self, path: str, entry: Entry) -> None:
        kind = naming.classify(path, self._uploadable)
        self.strange += kind is NameKind.OTHER and not naming.is_sidecar(path)
        if kind is not NameKind.MEDIA or entry.signature is None or entry.signature.size == 0:
            return
        self.found += Amount(1, entry.signature.size)
        keep = heapq.heappush if len(self._sample) < self._size else heapq.heappushpop
        keep(self._sample, (self._random(), path, entry.signature))
