"""How long things have looked the same, by a clock that never goes back."""

from collections.abc import Iterable, Mapping

from .model import Signature


class Stillness:
    """Remembers since when each path has shown its present signature. Lost at a restart: then time starts anew."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._since: dict[str, tuple[Signature, float]] = {}

    def note(self, seen: Mapping[str, Signature], now: float) -> None:
        """Take in what the paths look like at the monotonic time ``now``."""
        for path, signature in seen.items():
            known = self._since.get(path)
            if known is None or known[0] != signature:
                self._since[path] = (signature, now)

    def forget(self, paths: Iterable[str]) -> None:
        """Remember these no longer."""
        for path in paths:
            self._since.pop(path, None)

    def lasted(self, path: str, signature: Signature, seconds: float, now: float) -> bool:
        """Return whether the path has been seen with this signature for at least ``seconds``."""
        known = self._since.get(path)
        return known is not None and known[0] == signature and now - known[1] >= seconds

    def younger_than(self, seconds: float, now: float) -> frozenset[str]:
        """Return the remembered paths that have not been still for that long."""
        return frozenset(path for path, (_, since) in self._since.items() if now - since < seconds)

    @property
    def paths(self) -> frozenset[str]:
        """The remembered paths."""
        return frozenset(self._since)
