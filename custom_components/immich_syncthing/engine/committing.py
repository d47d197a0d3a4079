"""Changes of the ledger that are wanted at the same time share one commit: the disk is waited for once for all of them.

Each is on the disk when its call returns, as with a transaction of its own. What is wanted while the disk is waited for
goes with the next commit: nobody waits for company.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from .ledger import Ledger
from .workers import Pool


class Committing:
    """Makes changes in the thread of the ledger, several in one transaction where several wait."""

    def __init__(self, ledger: Ledger, pool: Pool) -> None:
        """Change ``ledger``, in its ``pool`` of one thread."""
        self._ledger = ledger
        self._pool = pool
        self._waiting: deque[_Change[Any]] = deque()

    async def make[T](self, change: Callable[[], T]) -> T:
        """Run what changes nothing but the ledger as one transaction, and return its result, or raise its error.

        All of it is on the disk afterwards, or none of it. It may run twice: where one of several changes fails, all of
        them are undone, and each is made alone. Raises ``LedgerError``, and what ``change`` raises.
        """
        mine = _Change(change)
        self._waiting.append(mine)
        try:
            await self._pool.run(self._make_all)
        finally:
            # Somebody who was cancelled before it began does not want it any more.
            mine.wanted = False
        return mine.result()

    def _make_all(self) -> None:
        """Make all that wait; those that another call made already are not among them."""
        some = [one for one in self._taken() if one.wanted]
        if len(some) > 1 and self._made_together(some):
            return
        for one in some:
            one.make_alone(self._ledger)

    def _taken(self) -> list[_Change[Any]]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def _made_together(self, some: list[_Change[Any]]) -> bool:
        """Return whether all of it is on the disk; otherwise none of it is."""
        try:
            with self._ledger.together():
                results = [one.change() for one in some]
        except Exception:  # noqa: BLE001 - whose fault it was shows when each is made alone
            return False
        for one, result in zip(some, results, strict=True):
            one.results.append(result)
        return True


class _Change[T]:
    """One change, and what became of it: a result, an error, or nothing yet."""

    def __init__(self, change: Callable[[], T]) -> None:
        self.change = change
        self.wanted = True
        self.results: list[T] = []
        self._error: BaseException | None = None

    def make_alone(self, ledger: Ledger) -> None:
        try:
            with ledger.together():
                result = self.change()
        except BaseException as error:  # noqa: BLE001 - whoever wanted it raises it
            self._error = error
        else:
            self.results.append(result)

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self.results[0]
