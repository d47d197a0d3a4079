"""What Home Assistant's log must not hold."""

import re
from collections.abc import Iterable, Iterator

_PYTHON_WARNING = r"/\S+:\d+: \w*Warning: "
_BEGINS = re.compile(rf"^(?:\d{{4}}-\d\d-\d\d |{_PYTHON_WARNING})", re.MULTILINE)
_OURS = re.compile(r"custom_components[./]immich_syncthing|immich-syncthing|\bimmich_syncthing\b")

_NEVER = re.compile(r"blocking call|Detected that custom integration|Detected code that")
"""What Home Assistant says of bad habits, whoever seems to have them: nothing else in it is custom."""

_NOT_OF_OURS = re.compile(
    "|".join(
        (
            r"create a bug report|report it to",  # how Home Assistant ends what it says of an integration's faults
            r"deprecated|will (?:stop working|be removed) in|breaks in",
            r"was never (?:awaited|retrieved)|Unclosed (?:client session|connector)",
            r"Failed to format translation|Validation of translation placeholders",
            r"(?:ing task|timer|thread).*(?:lingering|still running|after timeout)",
        )
    ),
    re.IGNORECASE,
)
_PYTHON_WARNS = re.compile(r"custom_components/immich_syncthing/\S+:\d+: \w*Warning: .*")


def complaints(log: str, secrets: Iterable[str]) -> list[str]:
    """Return what is wrong: tracebacks through our code, what Home Assistant says of bad habits, secrets."""
    told = [f"the log holds a secret that begins with {secret[:4]}" for secret in secrets if secret in log]
    warned = [match.group() for match in _PYTHON_WARNS.finditer(log)]
    return told + warned + [record for record in _records(log) if _is_bad(record)]


def _is_bad(record: str) -> bool:
    if _NEVER.search(record):
        return True
    if re.match(_PYTHON_WARNING, record):
        # Those of ours are told by themselves; that of a library may come between two lines of ours.
        return False
    # At debug level Home Assistant itself shows where a coordinator's error came from, a server that was away.
    if " DEBUG " in record.partition("[")[0] or _OURS.search(record) is None:
        return False
    return "Traceback (most recent call last)" in record or _NOT_OF_OURS.search(record) is not None


def _records(log: str) -> Iterator[str]:
    """Give the log's records, each with the lines that belong to it."""
    starts = [match.start() for match in _BEGINS.finditer(log)]
    for start, end in zip(starts, [*starts[1:], len(log)], strict=True):
        yield log[start:end]
