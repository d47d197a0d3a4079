"""What Home Assistant's log must not hold."""

import re
from collections.abc import Iterable, Iterator

_BEGINS = re.compile(r"^\d{4}-\d\d-\d\d ", re.MULTILINE)
_OURS = re.compile(r"custom_components[./]immich_syncthing")
_WARNINGS = ("blocking call", "Detected that custom integration")


def complaints(log: str, secrets: Iterable[str]) -> list[str]:
    """Return what is wrong: tracebacks through our code, what Home Assistant says of bad habits, secrets."""
    told = [f"the log holds a secret that begins with {secret[:4]}" for secret in secrets if secret in log]
    return told + [record for record in _records(log) if _is_bad(record)]


def _is_bad(record: str) -> bool:
    if any(warning in record for warning in _WARNINGS):
        return True
    # At debug level Home Assistant itself shows where a coordinator's error came from, a server that was away.
    told = " DEBUG " in record.partition("[")[0]
    return "Traceback (most recent call last)" in record and not told and _OURS.search(record) is not None


def _records(log: str) -> Iterator[str]:
    """Give the log's records, each with the lines that belong to it."""
    starts = [match.start() for match in _BEGINS.finditer(log)]
    for start, end in zip(starts, [*starts[1:], len(log)], strict=True):
        yield log[start:end]
