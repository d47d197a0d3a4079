"""What holds while somebody copies the ledger's file, as Home Assistant's backups do: one file after the other.

Two things make such a copy good, whenever each file is read:

- The file stays as it is, and what is written goes to the end of the log beside it only. SQLite takes from a log what
  is whole, up to the last transaction that is ("The WAL-File Format"), so file and log are always a ledger together.
- Nothing that changes a side is begun, and what was begun is finished first. So the copy knows of everything that was
  done; what is done after it shows in the fence.

The second is bounded, for photos should not wait for a backup that hangs. The first is what the copy lives on.
"""

import asyncio

FINISH_SECONDS = 30.0
"""How long to wait for what was begun. An upload may take an hour; it is in the journal, as after a crash."""


class Standstill:
    """Whether actions may be begun. Cycles wait until they may; what a cycle is about to do it leaves to the next."""

    def __init__(self) -> None:
        """Begin with everything allowed."""
        self._free = asyncio.Event()
        self._free.set()

    @property
    def holds(self) -> bool:
        """Whether nothing may be begun now."""
        return not self._free.is_set()

    def begin(self) -> None:
        """Let nothing be begun."""
        self._free.clear()

    def end(self) -> None:
        """Let everything go on. Harmless if it does."""
        self._free.set()

    async def passed(self) -> None:
        """Wait until actions may be begun."""
        await self._free.wait()
