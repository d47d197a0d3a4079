"""How the demo speaks."""

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_COLOURS = {"Phone": "36", "Immich": "35", "Home": "32", "Result": "1"}


class Terminal:
    """Writes lines with the time since the beginning, who acts, and what happens."""

    def __init__(self) -> None:
        """Begin to count."""
        self._began = time.monotonic()
        self._coloured = sys.stdout.isatty()

    def title(self, text: str) -> None:
        """Begin a chapter."""
        self._write(f"\n{self._paint(text, '1')}")

    def tell(self, who: str, what: str) -> None:
        """Say who did what. ``who`` is Phone, Home or Immich."""
        passed = time.monotonic() - self._began
        self._write(f"{passed:6.1f} s  {self._paint(f'{who:7}', _COLOURS[who])} {what}")

    def say(self, text: str) -> None:
        """Say something."""
        self._write(text)

    def facts(self, facts: Mapping[str, str]) -> None:
        """Show a small table."""
        width = max(map(len, facts))
        for name, value in facts.items():
            self._write(f"  {name:{width}}  {value}")

    def failed(self, err: BaseException, logs: Sequence[Path]) -> None:
        """Say what went wrong and where to look."""
        self._write(f"\n{self._paint('The demo failed', '1;31')}: {_reason(err)}")
        self._write("The logs:")
        for log in logs:
            self._write(f"  {log}")

    def _paint(self, text: str, colour: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._coloured else text

    @staticmethod
    def _write(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def _reason(err: BaseException) -> str:
    if isinstance(err, BaseExceptionGroup):
        return "; ".join(_reason(one) for one in err.exceptions)
    return f"{type(err).__name__}: {err}"
