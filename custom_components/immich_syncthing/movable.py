"""What can be moved to another place: a vault, or a replica."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from .stores.clearing import Clearing
from .stores.migration import Comparison, Migration
from .stores.verified import Verified


class Movable(Protocol):
    """What can be moved, as its owner sees it. Places are stores as they are stored."""

    @property
    def key(self) -> str:
        """Return what its wish is kept under."""
        ...

    @property
    def state_path(self) -> Path:
        """Return where is noted what was compared already."""
        ...

    def present(self) -> dict[str, Any]:
        """Return where it is."""
        ...

    def earlier(self) -> list[dict[str, Any]]:
        """Return where it was, newest first."""
        ...

    def is_there(self, stored: dict[str, Any]) -> bool:
        """Return whether it is in that place."""
        ...

    def sharers(self, stored: dict[str, Any]) -> list[str]:
        """Return the names of others who keep things in the same place."""
        ...

    def strangers(self, stored: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the places of all else, but of those with whom that place may be shared."""
        ...

    def directory_in(self, directory: Path) -> Path:
        """Return where it is in a directory that somebody named."""
        ...

    async def compare(self, source: dict[str, Any], to: dict[str, Any]) -> Comparison:
        """Look what there is to copy from one place to the other; nothing is made. Raises ``StoreError``."""
        ...

    async def prepare(self, to: dict[str, Any], *, create: bool) -> None:
        """Make a place ready; without ``create``, see that it is still the one that was made ready before.

        Raises ``ReplicaError``, ``StoreError``, ``VaultError``.
        """
        ...

    def migration(self, source: dict[str, Any], to: dict[str, Any], verified: Verified, at_once: int) -> Migration:
        """Return what copies from one place to the other."""
        ...

    def clearing(self, old: dict[str, Any], giving_up: int = 0) -> Clearing:
        """Return what removes from an earlier place what the present one holds, and so many damaged objects."""
        ...

    async def names(self, source: dict[str, Any], keys: Sequence[str]) -> list[str]:
        """Return how a person knows some objects of a place. Raises nothing."""
        ...

    def note_left(self, old: dict[str, Any], count: int) -> None:
        """Note how many damaged objects an earlier place keeps."""
        ...

    def still(self) -> AbstractAsyncContextManager[None]:
        """Let nobody write to the present place until the block ends."""
        ...

    async def switch(self, to: dict[str, Any], left: int = 0) -> None:
        """Have the place be the present one from now on; it is still. ``left``: what is left in the one before."""
        ...

    def forget(self, old: dict[str, Any]) -> None:
        """Have an earlier place be none of ours any more."""
        ...
